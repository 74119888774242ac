package repo

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"io"
	"slices"
	"sort"
	"strings"

	"github.com/go-git/go-billy/v5"
)

// index are the paths that git tracks, sorted, by its own list of them: a file stays tracked
// whatever a later line of .gitignore matches. Without one, or with one in a form that is not read, nothing
// is known to be tracked. https://git-scm.com/docs/index-format (2026-11)
type index []string

const (
	indexFile    = ".git/index"
	indexHeader  = 12        // bytes: signature, version, number of entries
	indexEntry   = 62        // bytes of an entry before its path
	indexSum     = sha1.Size // at the end, over all before it
	extendedBit  = 0x4000    // … two more bytes of flags follow
	splitIndex   = "link"    // an extension: most entries are in another file
	folderFormat = 0o040000  // mode of an entry that stands for a whole folder
	kindOfFile   = 0o170000  // bits of a mode
)

// readIndex is the index of the repository whose root this is.
func readIndex(files billy.Filesystem) index {
	if dir, err := files.Lstat(".git"); err != nil || !dir.IsDir() {
		return nil
	}
	info, err := files.Lstat(indexFile)
	if err != nil || !info.Mode().IsRegular() || info.Size() > MaxLockfile {
		return nil
	}
	f, err := files.Open(indexFile)
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxLockfile))
	if err != nil {
		return nil
	}
	return parseIndex(data)
}

func parseIndex(data []byte) index {
	if len(data) < indexHeader+indexSum || string(data[:4]) != "DIRC" || !summed(data) {
		return nil
	}
	version, count := binary.BigEndian.Uint32(data[4:]), int(binary.BigEndian.Uint32(data[8:]))
	if version < 2 || version > 4 || count > len(data)/indexEntry {
		return nil
	}
	rest := data[indexHeader : len(data)-indexSum]
	paths := make(index, 0, count)
	before := ""
	for range count {
		e, ok := entryOf(rest, version, before)
		if !ok {
			return nil
		}
		rest, before = rest[e.bytes:], e.path
		if e.mode&kindOfFile != folderFormat {
			paths = append(paths, e.path)
		}
	}
	for len(rest) >= 8 {
		size := int(binary.BigEndian.Uint32(rest[4:]))
		if string(rest[:4]) == splitIndex || size > len(rest)-8 {
			return nil
		}
		rest = rest[8+size:]
	}
	slices.Sort(paths)
	return paths
}

// summed reports whether the checksum at the end is right, or left out: then it is zero.
func summed(data []byte) bool {
	end := len(data) - indexSum
	sum := sha1.Sum(data[:end])
	return bytes.Equal(data[end:], sum[:]) || bytes.Equal(data[end:], make([]byte, indexSum))
}

// indexed is an entry of an index.
type indexed struct {
	path  string
	mode  uint32
	bytes int // that it takes
}

// entryOf is the first entry of what is left of an index; before is the path of the one before it.
func entryOf(data []byte, version uint32, before string) (e indexed, ok bool) {
	if len(data) < indexEntry {
		return e, false
	}
	at := indexEntry
	if binary.BigEndian.Uint16(data[60:])&extendedBit != 0 {
		at += 2
	}
	e.mode = binary.BigEndian.Uint32(data[24:])
	if version == 4 { // without what it shares with the one before
		strip, n := offsetOf(data[min(at, len(data)):])
		if n == 0 || strip > len(before) {
			return e, false
		}
		at += n
		e.path = before[:len(before)-strip]
	}
	if at > len(data) {
		return e, false
	}
	length := bytes.IndexByte(data[at:], 0)
	if length < 0 {
		return e, false
	}
	e.path += string(data[at : at+length])
	e.bytes = at + length + 1
	if version < 4 {
		e.bytes = (at + length + 8) &^ 7 // filled up with zeros, one at least
	}
	return e, e.path != "" && e.bytes <= len(data)
}

// offsetOf is a number in the form that git gives to offsets, and how many bytes it takes; 0 for none.
func offsetOf(data []byte) (value, n int) {
	for n < len(data) && n < 4 {
		b := data[n]
		if n++; n > 1 {
			value++
		}
		value = value<<7 | int(b&0x7f)
		if b&0x80 == 0 {
			return value, n
		}
	}
	return 0, 0
}

// has reports whether a path is tracked; holds whether one below it is.
func (x index) has(p string) bool {
	_, ok := slices.BinarySearch(x, p)
	return ok
}

func (x index) holds(dir string) bool {
	i := sort.SearchStrings(x, dir+"/")
	return i < len(x) && strings.HasPrefix(x[i], dir+"/")
}
