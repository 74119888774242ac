package java

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// place is a file or a folder that sources write to.
type place struct {
	Value    string
	file     bool
	database bool
	at       fact.Source
}

// storing are bytes one of which a file holds that writes somewhere.
var storing = [][]byte{
	[]byte("\"jdbc:"), []byte("FileOutputStream"), []byte("FileWriter"), []byte("mkdir"), []byte("createDirector"), []byte("transferTo"), []byte("createNewFile"),
	[]byte("writeString"), []byte("writeText"), []byte("writeValue"), []byte("appendText"), []byte("Files.write"), []byte("Files.copy"), []byte("@Value("), []byte("user.dir"),
	[]byte("PrintWriter"), []byte("RandomAccessFile"), []byte("newBufferedWriter"), []byte("newOutputStream"),
}

// Calls that write: to the file that they are given, of a folder, or of a file that was named before.
var (
	opensFile   = []string{"FileOutputStream", "FileWriter", "PrintWriter", "RandomAccessFile", "newBufferedWriter", "newOutputStream", "FileHandler"}
	makesFolder = []string{"createDirectories", "createDirectory", "mkdirs", "mkdir", "transferTo", "forceMkdir"}
	fillsFile   = []string{"createNewFile", "writeString", "writeText", "appendText", "writeBytes", "writeValue", "write", "outputStream", "bufferedWriter", "printWriter"}
	namesFile   = []string{"File", "get", "of", "Path"}
)

// standardOf is an expression of Spring with a value of its own: ${upload.dir:./uploads}.
var standardOf = pattern.New(`^\$\{([A-Za-z0-9_.-]+):([^{}]+)\}$`)

// stores looks at token i: does it name a place that the file writes to?
func (s *sources) stores(f *sourceFile, i int, file string) {
	t := f.at(i)
	at := func(what string) fact.Source { return fact.At(file, t.line, what) }
	switch {
	case t.kind == text && strings.HasPrefix(t.text, "jdbc:") && !t.open:
		if p, folder, ok := database(t.text); ok {
			s.written = append(s.written, place{p, !folder, true, at("database")})
		}
	case t.kind == text && f.at(i-1).is("(") && f.at(i-2).text == "Value":
		if match := standardOf.FindStringSubmatch(t.text); match != nil && keepsName.MatchString(match[1]) && isFolder(match[2]) {
			s.written = append(s.written, place{match[2], false, false, at(match[1])})
		}
	case t.is("="):
		s.keeps(f, i, file)
	case t.kind != word || !f.at(i+1).is("(") || f.at(i-1).is("@"):
	case slices.Contains(opensFile, t.text), f.at(i-2).text == "Files" && (t.text == "write" || t.text == "writeString"):
		f.fills = true
		if p, ok := f.literalPath(i + 2); ok {
			s.written = append(s.written, place{p, !strings.HasSuffix(p, "/"), false, at(t.text)})
		}
	case slices.Contains(makesFolder, t.text):
		f.makes = true
		if p, ok := f.literalPath(i + 2); ok && t.text != "transferTo" {
			s.written = append(s.written, place{p, false, false, at(t.text)})
		}
	case slices.Contains(fillsFile, t.text) && f.at(i-1).is("."):
		f.fills = true
	case slices.Contains(namesFile, t.text) && (t.text == "File" || t.text == "Path" || f.at(i-2).text == "Paths" || f.at(i-2).text == "Path"):
		if p, ok := f.literalPath(i + 2); ok {
			f.named = append(f.named, place{p, path.Ext(p) != "", false, at(t.text)})
		}
	}
}

// literalPath is the path that the tokens from i on give first, through the calls that
// turn text into one: new File("x"), Paths.get("x"). Of "uploads/" + name it is the folder.
func (f *sourceFile) literalPath(i int) (string, bool) {
	for j := i; j < i+8; j++ {
		switch t := f.at(j); {
		case t.kind == word || t.is(".") || t.is("("):
		case t.kind != text || t.open:
			return "", false
		case f.at(j + 1).is("+"):
			return t.text, strings.HasSuffix(t.text, "/") && len(t.text) > 1
		default:
			return t.text, f.at(j+1).is(")") || f.at(j+1).is(",")
		}
	}
	return "", false
}

// keeps looks at what stands behind the "=" at token i: String UPLOAD_DIR = "uploads",
// uploadPath = System.getProperty("user.dir") + "/uploads".
func (s *sources) keeps(f *sourceFile, i int, file string) {
	name := f.at(i - 1)
	if f.at(i - 2).is(":") {
		name = f.at(i - 3)
	}
	if name.kind != word || !keepsName.MatchString(name.text) {
		return
	}
	value := f.expression(i + 1)
	at := fact.At(file, name.line, name.text)
	switch {
	case len(value) == 1 && value[0].kind == text && !value[0].open && isFolder(value[0].text):
		s.written = append(s.written, place{value[0].text, false, false, at})
	case len(value) >= 8 && value[2].text == "getProperty" && value[4].text == "user.dir" && value[6].is("+") && value[7].kind == text:
		if below := strings.TrimLeft(value[7].text, "/"); len(value) == 8 && below != "" {
			s.written = append(s.written, place{below, false, false, at})
		}
	}
}

// isFolder reports whether a text is meant as a folder of files: a name alone may be anything.
func isFolder(s string) bool {
	return filePath.MatchString(s) && (path.Ext(s) == "" || strings.HasSuffix(s, "/")) &&
		(strings.Contains(s, "/") || slices.Contains(dataFolders, s) || strings.Contains(s, "upload"))
}

// stored settles, at the end of a file, what the paths are that it names: where it makes
// folders, those; where it fills files, theirs.
func (s *sources) stored(f *sourceFile) {
	for _, p := range f.named {
		if p.file && f.fills || !p.file && f.makes {
			s.written = append(s.written, p)
		}
	}
}
