// Verifies bundles of a register without any code of ours: golang.org/x/mod/sumdb for notes and proofs, the standard
// library for the rest. What it checks of a bundle:
//
//   - the checkpoint is signed by the log, and cosigned by each witness given (C2SP tlog-cosignature v1);
//   - the leaf, and each leaf of the authority, is in the tree of that checkpoint at its index;
//   - each leaf commits to the record beside it, whose signature is by the key that the leaf names;
//   - each document has the digest that leaf and record name.
//
// Who may sign what is a rule of registers and not of these formats; it is not checked here.
//
// Arguments: the bundle, the log's verifier key, verifier keys of witnesses.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type envelope struct {
	Payload     string `json:"payload"`
	PayloadType string `json:"payloadType"`
	Signatures  []struct {
		KeyID string `json:"keyid"`
		Sig   string `json:"sig"`
	} `json:"signatures"`
}

type entry struct {
	Index  int64    `json:"index"`
	Record envelope `json:"record"`
	Leaf   string   `json:"leaf"`
	Hashes []string `json:"hashes"`
}

type bundle struct {
	Schema    string   `json:"schema"`
	Record    envelope `json:"record"`
	Documents map[string]struct {
		Text   *string `json:"text"`
		Base64 *string `json:"base64"`
	} `json:"documents"`
	Leaf      string  `json:"leaf"`
	Receipt   string  `json:"receipt"`
	Log       string  `json:"log"`
	Signer    string  `json:"signer"`
	Authority []entry `json:"authority"`
}

type leaf struct {
	Documents map[string]string `json:"documents"`
	Extra     map[string]string `json:"extra"`
	Kind      string            `json:"kind"`
	SHA256    string            `json:"sha256"`
	Subject   string            `json:"subject"`
	Time      string            `json:"time"`
	V         int               `json:"v"`
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func read(text []byte, into interface{}) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	must(decoder.Decode(into))
}

// witness verifies cosignatures of version 1: eight bytes of time, then the signature over it and the text.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) witness {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		log.Fatalf("%q is no verifier key", vkey)
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	if len(key) != 33 || key[0] != 4 {
		log.Fatalf("%q is not of a witness", vkey)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if hex.EncodeToString(sum[:4]) != parts[1] {
		log.Fatalf("the hash in %q does not fit", vkey)
	}
	return witness{parts[0], binary.BigEndian.Uint32(sum[:]), key[1:]}
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(w.key, []byte(text), sig[8:])
}

// signed checks the envelope's signature by key and gives its digest and payload.
func signed(e envelope, key string) (string, []byte) {
	public, err := hex.DecodeString(strings.TrimPrefix(key, "ed25519:"))
	must(err)
	payload, err := base64.StdEncoding.DecodeString(e.Payload)
	must(err)
	if len(e.Signatures) != 1 {
		log.Fatal("an envelope has not one signature")
	}
	sig, err := base64.StdEncoding.DecodeString(e.Signatures[0].Sig)
	must(err)
	pae := fmt.Sprintf("DSSEv1 %d %s %d %s", len(e.PayloadType), e.PayloadType, len(payload), payload)
	if !ed25519.Verify(public, []byte(pae), sig) {
		log.Fatal("the signature of a record does not hold")
	}
	// every character of it is ASCII that JSON does not escape, and the members are in RFC 8785's order
	var canonical bytes.Buffer
	encoder := json.NewEncoder(&canonical)
	encoder.SetEscapeHTML(false)
	must(encoder.Encode(e))
	sum := sha256.Sum256(bytes.TrimSuffix(canonical.Bytes(), []byte("\n")))
	return hex.EncodeToString(sum[:]), payload
}

func included(text string, index int64, encoded []string, tree tlog.Tree) {
	var proof tlog.RecordProof
	for _, one := range encoded {
		hash, err := tlog.ParseHash(one)
		must(err)
		proof = append(proof, hash)
	}
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash([]byte(text))))
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	must(err)
	var b bundle
	read(text, &b)
	if b.Schema != "countersign-bundle/2" || b.Log != os.Args[2] {
		log.Fatalf("another schema or log: %q, %q", b.Schema, b.Log)
	}
	verifier, err := note.NewVerifier(os.Args[2])
	must(err)
	verifiers := []note.Verifier{verifier}
	for _, vkey := range os.Args[3:] {
		verifiers = append(verifiers, newWitness(vkey))
	}

	parts := strings.SplitN(b.Receipt, "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		log.Fatal("the receipt is no tlog-proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err)
	opened, err := note.Open([]byte(parts[1]), note.VerifierList(verifiers...))
	must(err)
	if len(opened.Sigs) != len(verifiers) {
		log.Fatalf("%d of %d signatures are there", len(opened.Sigs), len(verifiers))
	}
	head := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(head[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(head[2])
	must(err)
	if head[0] != verifier.Name() {
		log.Fatalf("the origin is %q", head[0])
	}
	tree := tlog.Tree{N: size, Hash: root}

	included(b.Leaf, index, lines[2:], tree)
	var l leaf
	read([]byte(b.Leaf), &l)
	digest, payload := signed(b.Record, b.Signer)
	if l.SHA256 != digest || l.Extra["signer"] != b.Signer {
		log.Fatal("the leaf is of another record, or names another signer")
	}
	for _, one := range b.Authority {
		included(one.Leaf, one.Index, one.Hashes, tree)
		var l leaf
		read([]byte(one.Leaf), &l)
		if digest, _ := signed(one.Record, l.Extra["signer"]); l.SHA256 != digest {
			log.Fatalf("entry %d is of another record", one.Index)
		}
	}
	for name, content := range b.Documents {
		var data []byte
		switch {
		case content.Text != nil:
			data = []byte(*content.Text)
		case content.Base64 != nil:
			data, err = base64.StdEncoding.DecodeString(*content.Base64)
			must(err)
		default:
			must(errors.New("a document without content"))
		}
		sum := sha256.Sum256(data)
		digest := hex.EncodeToString(sum[:])
		if l.Documents[name] != digest || !bytes.Contains(payload, []byte(digest)) {
			log.Fatalf("the document %q was changed", name)
		}
	}
	fmt.Printf("entry %d of %d, %s, %d documents, %d authorities, %d signatures\n",
		index, size, l.Kind, len(b.Documents), len(b.Authority), len(opened.Sigs))
}
