package hints

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
)

// Start is a command that a file of the repository runs, be it to start a program or
// to prepare one.
type Start struct {
	Argv []string // variables with their defaults filled in, without exec
	What string   // "the script start.sh", "the target run of your Makefile"
	From fact.Source
}

const maxScript = 64 << 10 // bytes; a larger script does more than to start a program

// scriptNames are scripts that start a program by their name, without the extension,
// the surest first; scriptFolders are where they lie.
var (
	scriptNames   = []string{"docker-entrypoint", "entrypoint", "start", "startup", "boot", "run", "serve", "server", "web", "launch"}
	scriptFolders = []string{".", "bin", "scripts", "script", "docker", "deploy", "deployment"}
)

// Scripts are the commands of the entry scripts of a folder, the surest script first.
func Scripts(v *repo.View, dir string) []Start {
	var all []Start
	for _, name := range scriptNames {
		for _, folder := range scriptFolders {
			for _, ext := range []string{".sh", ".bash", ""} {
				all = append(all, Script(v, path.Join(dir, folder, name+ext))...)
			}
		}
	}
	return all
}

// Script are the commands of a shell script; none where it is not there, is too large
// or none that a shell could parse.
func Script(v *repo.View, file string) []Start {
	if !v.Has(file) || v.Size(file) > maxScript {
		return nil
	}
	text, err := v.Read(file)
	if err != nil || path.Ext(file) == "" && !shebang(string(text)) {
		return nil
	}
	return commands(string(text), "the script "+path.Base(file), fact.At(file, 0, ""))
}

// shebang reports whether the first line names a shell.
func shebang(text string) bool {
	first, _, _ := strings.Cut(text, "\n")
	return strings.HasPrefix(first, "#!") && strings.HasSuffix(strings.TrimRight(first, " \r-e"), "sh")
}

// commands are those of a script that stands in a file after line at.Line.
func commands(text, what string, at fact.Source) []Start {
	placed, err := shell.Script(text)
	if err != nil {
		return nil
	}
	var all []Start
	for _, c := range placed {
		s := Start{What: what, From: fact.At(at.File, at.Line+c.Line, "")}
		for _, w := range c.Words {
			s.Argv = append(s.Argv, w.Default())
		}
		if len(s.Argv) > 1 && s.Argv[0] == "exec" {
			s.Argv = s.Argv[1:]
		}
		all = append(all, s)
	}
	return all
}

// portFlags are flags of servers that take a port, or an address with one.
var portFlags = []string{"--port", "-p", "--bind", "-b", "--server.port", "--http", "--http-socket", "--listen", "--server-port"}

// Port is the port that a command names: --port 8000, -b 0.0.0.0:8000, or an address as
// a word of its own; 0 where it names none.
func (s Start) Port() int {
	if i := s.portWord(); i >= 0 {
		return portOf(FlagValue(s.Argv[i]))
	}
	for _, w := range s.Argv[min(len(s.Argv), 1):] {
		if host, _, ok := strings.Cut(w, ":"); ok && (host == "" || host == "localhost" || strings.Count(host, ".") == 3) {
			if n := portOf(w); n > 0 {
				return n
			}
		}
	}
	return 0
}

// portWord is the word with the port that a flag takes, be it the flag's own; -1 for none.
func (s Start) portWord() int {
	for i, w := range s.Argv {
		name, _, ok := strings.Cut(w, "=")
		if !slices.Contains(portFlags, name) {
			continue
		}
		if !ok && i+1 < len(s.Argv) {
			i++
		}
		if portOf(FlagValue(s.Argv[i])) > 0 {
			return i
		}
	}
	return -1
}

// At are the words of a command with another port than the one that a flag takes.
func (s Start) At(port int) []string {
	words := slices.Clone(s.Argv)
	if i := s.portWord(); i >= 0 {
		words[i] = strings.TrimSuffix(words[i], strconv.Itoa(s.Port())) + strconv.Itoa(port)
	}
	return words
}

// FlagValue is VALUE of --flag=VALUE, and any other word as it is.
func FlagValue(word string) string {
	if _, value, ok := strings.Cut(word, "="); ok && strings.HasPrefix(word, "-") {
		return value
	}
	return word
}

func portOf(address string) int {
	n, err := strconv.Atoi(address[strings.LastIndex(address, ":")+1:])
	if err != nil || n < 1 || n > 65535 {
		return 0
	}
	return n
}
