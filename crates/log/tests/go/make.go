// Makes a log with the Go implementation of the formats (golang.org/x/mod/sumdb), for ours to read: tiles, entry
// bundles, a checkpoint, a cosignature by a witness of its own, receipts, consistency proofs.
//
// Arguments: an empty directory, the number of entries. It writes
//
//	log/…            the log
//	key, vkey        the log's key, secret and public
//	witness          the witness's verifier key
//	cosigned         the checkpoint with the log's signature and the witness's
//	proof-<index>    a receipt (C2SP tlog-proof) for the entry, under the cosigned checkpoint
//	consistency      lines "<older> <root of the older tree> <hash>…"
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

type hashes []tlog.Hash

func (h *hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		found = append(found, (*h)[index])
	}
	return found, nil
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func write(path string, data []byte) {
	must(os.MkdirAll(filepath.Dir(path), 0o755))
	must(os.WriteFile(path, data, 0o644))
}

func path(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

// witness signs as C2SP tlog-cosignature v1 says: type 4, eight bytes of time before the signature.
type witness struct {
	name string
	key  ed25519.PrivateKey
	time uint64
}

func (w witness) public() []byte { return append([]byte{4}, w.key.Public().(ed25519.PublicKey)...) }

func (w witness) Name() string { return w.name }

func (w witness) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(w.name+"\n"), w.public()...))
	return binary.BigEndian.Uint32(sum[:])
}

func (w witness) Sign(msg []byte) ([]byte, error) {
	text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", w.time, msg)
	signature := binary.BigEndian.AppendUint64(nil, w.time)
	return append(signature, ed25519.Sign(w.key, []byte(text))...), nil
}

func main() {
	dir := os.Args[1]
	size, err := strconv.ParseInt(os.Args[2], 10, 64)
	must(err)
	secret, public, err := note.GenerateKey(rand.Reader, "go.example.org/log")
	must(err)
	signer, err := note.NewSigner(secret)
	must(err)

	var stored hashes
	for n := int64(0); n < size; n++ {
		more, err := tlog.StoredHashes(n, []byte(fmt.Sprintf("entry %d", n)), &stored)
		must(err)
		stored = append(stored, more...)
	}
	for _, tile := range tlog.NewTiles(8, 0, size) {
		// Go names every width that a partial tile had on the way
		if tile.W != width && tile.N*width+int64(tile.W) != size>>(8*uint(tile.L)) {
			continue
		}
		data, err := tlog.ReadTileData(tile, &stored)
		must(err)
		write(filepath.Join(dir, "log", path(tile)), data)
		if tile.L != 0 {
			continue
		}
		var bundle bytes.Buffer
		for i := 0; i < tile.W; i++ {
			entry := []byte(fmt.Sprintf("entry %d", tile.N*width+int64(i)))
			must(binary.Write(&bundle, binary.BigEndian, uint16(len(entry))))
			bundle.Write(entry)
		}
		p := strings.Replace(path(tile), "tile/0/", "tile/entries/", 1)
		write(filepath.Join(dir, "log", p), bundle.Bytes())
	}
	root, err := tlog.TreeHash(size, &stored)
	must(err)
	text := fmt.Sprintf("go.example.org/log\n%d\n%s\n", size, base64.StdEncoding.EncodeToString(root[:]))
	checkpoint, err := note.Sign(&note.Note{Text: text}, signer)
	must(err)
	write(filepath.Join(dir, "log", "checkpoint"), checkpoint)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	w := witness{"witness.example.net", key, 1800000000}
	cosigned, err := note.Sign(&note.Note{Text: text}, signer, w)
	must(err)
	write(filepath.Join(dir, "cosigned"), cosigned)
	write(filepath.Join(dir, "key"), []byte(secret))
	write(filepath.Join(dir, "vkey"), []byte(public))
	vkey := fmt.Sprintf("%s+%08x+%s", w.name, w.KeyHash(), base64.StdEncoding.EncodeToString(w.public()))
	write(filepath.Join(dir, "witness"), []byte(vkey))

	for _, index := range []int64{0, 1, 255, 256, size / 2, size - 1} {
		if index >= size {
			continue
		}
		proof, err := tlog.ProveRecord(size, index, &stored)
		must(err)
		receipt := fmt.Sprintf("c2sp.org/tlog-proof@v1\nindex %d\n", index)
		for _, hash := range proof {
			receipt += hash.String() + "\n"
		}
		write(filepath.Join(dir, fmt.Sprintf("proof-%d", index)), []byte(receipt+"\n"+string(cosigned)))
	}
	lines := ""
	for _, older := range []int64{1, 2, 255, 256, 257, size / 2, size} {
		if older < 1 || older > size {
			continue
		}
		then, err := tlog.TreeHash(older, &stored)
		must(err)
		proof, err := tlog.ProveTree(size, older, &stored)
		must(err)
		lines += fmt.Sprintf("%d %s", older, then.String())
		for _, hash := range proof {
			lines += " " + hash.String()
		}
		lines += "\n"
	}
	write(filepath.Join(dir, "consistency"), []byte(lines))
}
