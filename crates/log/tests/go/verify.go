// Checks a log directory and proofs of ours with the Go implementation of the same formats
// (golang.org/x/mod/sumdb): the note, the root recomputed from the entry bundles, each tile, each proof.
//
// Arguments: the directory, the verifier key, a file of proofs. Each line of it is one of
//
//	inclusion <index> <size> <hash>…
//	consistency <older> <newer> <hash>…
//
// The root of every size is recomputed here. TileHashReader is not used: it has CVE-2026-56865.
package main

import (
	"bytes"
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

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	must(err)
	return n
}

func hash(text string) tlog.Hash {
	h, err := tlog.ParseHash(text)
	must(err)
	return h
}

// path is the C2SP path of a tile: Go's own begins with tile/8/ for its height of 8.
func path(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

func main() {
	dir, key, proofs := os.Args[1], os.Args[2], os.Args[3]
	verifier, err := note.NewVerifier(key)
	must(err)
	checkpoint, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	must(err)
	opened, err := note.Open(checkpoint, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		log.Fatalf("origin %q is not the name of the key", lines[0])
	}
	size := number(lines[1])
	rootBytes, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)

	var stored hashes
	var entries []tlog.Hash
	for n := int64(0); n*width < size; n++ {
		w := size - n*width
		if w > width {
			w = width
		}
		p := strings.Replace(path(tlog.Tile{H: 8, L: 0, N: n, W: int(w)}), "tile/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(dir, p))
		must(err)
		for i := int64(0); i < w; i++ {
			length := int(binary.BigEndian.Uint16(data))
			entry := data[2 : 2+length]
			data = data[2+length:]
			more, err := tlog.StoredHashes(n*width+i, entry, &stored)
			must(err)
			stored = append(stored, more...)
			entries = append(entries, tlog.RecordHash(entry))
		}
		if len(data) != 0 {
			log.Fatalf("%s: bytes left over", p)
		}
	}
	root, err := tlog.TreeHash(size, &stored)
	must(err)
	if !bytes.Equal(root[:], rootBytes) {
		log.Fatalf("root %v is not the signed one", root)
	}

	tiles := tlog.NewTiles(8, 0, size)
	for _, tile := range tiles {
		if tile.W != width && (tile.N*width+int64(tile.W)) != size>>(8*uint(tile.L)) {
			continue
		}
		want, err := tlog.ReadTileData(tile, &stored)
		must(err)
		got, err := os.ReadFile(filepath.Join(dir, path(tile)))
		must(err)
		if !bytes.Equal(want, got) {
			log.Fatalf("%s differs", path(tile))
		}
	}

	text, err := os.ReadFile(proofs)
	must(err)
	checked := 0
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		words := strings.Fields(line)
		a, b := number(words[1]), number(words[2])
		var proof []tlog.Hash
		for _, word := range words[3:] {
			proof = append(proof, hash(word))
		}
		newer, err := tlog.TreeHash(b, &stored)
		must(err)
		switch words[0] {
		case "inclusion":
			must(tlog.CheckRecord(proof, b, newer, a, entries[a]))
		case "consistency":
			older, err := tlog.TreeHash(a, &stored)
			must(err)
			must(tlog.CheckTree(proof, b, newer, a, older))
		default:
			log.Fatalf("unknown proof %q", words[0])
		}
		checked++
	}
	fmt.Printf("%d entries, %d tiles, %d proofs agree\n", size, len(tiles), checked)
}
