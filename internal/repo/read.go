package repo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// Read is the text of a manifest or source file of at most MaxManifest bytes.
// A byte order mark is removed and UTF-16 turned into UTF-8. A missing file is
// an error that satisfies errors.Is(err, fs.ErrNotExist).
func (v *View) Read(p string) ([]byte, error) { return v.ReadUpTo(p, MaxManifest) }

// ReadUpTo is Read with a limit of the caller's: MaxLockfile for what a tool wrote.
func (v *View) ReadUpTo(p string, limit int64) ([]byte, error) {
	p = path.Clean(p)
	if data, ok := v.kept[p]; ok {
		return data, nil
	}
	if l, ok := v.links[p]; ok && !v.Has(p) {
		return nil, v.brokenLink(p, l)
	}
	if !v.Has(p) {
		return nil, &fs.PathError{Op: "open", Path: p, Err: fs.ErrNotExist}
	}
	data, err := v.read(p, v.Size(p), limit)
	if err != nil {
		return nil, err
	}
	if len(data) <= maxKept && v.total+len(data) <= maxKeptAll {
		v.kept[p], v.total = data, v.total+len(data)
	}
	return data, nil
}

func (v *View) read(p string, size, limit int64) ([]byte, error) {
	if size > limit {
		return nil, diag.At(fact.Source{File: p}, fmt.Sprintf("has %s, more than the %s dockgen reads of such a file", bytesText(size), bytesText(limit)), "check that this is the file you meant; remove it or add it to .gitignore")
	}
	v.reads[p]++
	f, err := v.files.Open(v.resolve(p))
	if err != nil {
		return nil, &diag.Error{At: fact.Source{File: p}, What: "cannot be read", Err: cause(err)}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, &diag.Error{At: fact.Source{File: p}, What: "cannot be read", Err: cause(err)}
	}
	if int64(len(data)) > limit {
		return nil, diag.At(fact.Source{File: p}, "grew while it was read, past "+bytesText(limit), "")
	}
	if text := decode(data); len(text) != len(data) {
		v.marked[p] = "utf-8-sig"
		if data[0] != 0xEF {
			v.marked[p] = "utf-16"
		}
		return text, nil
	}
	return data, nil
}

// Marked is the encoding, by Python's name, of a file that was read and begins with a byte order mark; "" for others.
func (v *View) Marked(p string) string { return v.marked[path.Clean(p)] }

// Reads says how often each file was opened, for the tests of what a language may read.
func (v *View) Reads() map[string]int { return v.reads }

// decode removes a byte order mark and turns marked UTF-16 (PowerShell's
// redirection, some Windows editors) into UTF-8.
func decode(data []byte) []byte {
	if !bytes.HasPrefix(data, []byte{0xFF, 0xFE}) && !bytes.HasPrefix(data, []byte{0xFE, 0xFF}) {
		return bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	}
	text, _, err := transform.Bytes(unicode.BOMOverride(transform.Nop), data)
	if err != nil {
		return data
	}
	return text
}

// cause is the reason without the absolute path that the operating system adds.
func cause(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

func bytesText(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20))
	default:
		return fmt.Sprintf("%d bytes", n)
	}
}
