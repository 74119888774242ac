// Package hostpath turns paths as the user's system writes them into paths of the
// repository and back. It is arithmetic on text, for Windows and the others alike on
// any of them, so that all of it is tested everywhere; it looks at no disk.
package hostpath

import (
	"fmt"
	"path"
	"regexp"
	"runtime"
	"strings"

	"github.com/dockgen/dockgen/templates"
)

// System is how a system writes paths.
type System struct{ Windows bool }

// Here is the system that the program runs on.
var Here = System{Windows: runtime.GOOS == "windows"}

// slash is a path with / between its parts. A backslash is a letter like any other
// everywhere but on Windows.
func (s System) slash(p string) string {
	if s.Windows {
		return strings.ReplaceAll(p, `\`, "/")
	}
	return p
}

var drive = regexp.MustCompile(`^(?:[A-Za-z]:|//[^/]+/[^/]+)`)

// volume is the drive or share that a path with slashes begins with, and the rest.
func (s System) volume(p string) (volume, rest string) {
	if s.Windows {
		volume = drive.FindString(p)
	}
	return volume, p[len(volume):]
}

// InRepository is a path within the repository that the user wrote, relative to its
// root or to a folder of it, with slashes and without needless parts. A path that is
// absolute is an error: whether it lies in the repository is not to be seen from it.
func (s System) InRepository(p string) (string, error) {
	slashed := s.slash(p)
	if volume, rest := s.volume(slashed); volume != "" || strings.HasPrefix(rest, "/") {
		return "", fmt.Errorf("%s is no path within the repository", p)
	}
	if slashed == "" {
		return "", nil
	}
	return path.Clean(slashed), nil
}

// mostUp is how often a path may go up before its absolute form reads better.
const mostUp = 3

// From names a path of the repository as the user has to name it in the folder here:
// relative, or absolute where that climbs far or leads to another drive. Both folders
// are absolute, in the system's own form. Docker takes slashes on every system.
func (s System) From(here, top, p string) string {
	target := s.clean(top)
	if p != "." {
		target = strings.TrimSuffix(target, "/") + "/" + p
	}
	if here == "" {
		return target
	}
	from, to := s.parts(here), s.parts(top)
	if p != "." {
		to = append(to, strings.Split(p, "/")...)
	}
	same := 0
	for same < len(from) && same < len(to) && s.equal(from[same], to[same]) {
		same++
	}
	if same == 0 || len(from)-same > mostUp {
		return target
	}
	parts := to[same:]
	for range from[same:] {
		parts = append([]string{".."}, parts...)
	}
	if len(parts) == 0 {
		return "."
	}
	return strings.Join(parts, "/")
}

// equal compares names as the system's disks usually do.
func (s System) equal(a, b string) bool {
	return a == b || s.Windows && strings.EqualFold(a, b)
}

// clean is an absolute path with slashes.
func (s System) clean(p string) string {
	volume, rest := s.volume(s.slash(p))
	return volume + path.Clean("/"+rest)
}

// parts are the volume of an absolute path and its folders.
func (s System) parts(p string) []string {
	volume, rest := s.volume(s.clean(p))
	parts := []string{volume}
	for _, name := range strings.Split(rest, "/") {
		if name != "" {
			parts = append(parts, name)
		}
	}
	return parts
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./~-]+$`)

// Word is one word of a command for the user to paste. PowerShell, cmd.exe and the
// shells of Git all read double quotes; where a word has what they would expand,
// only PowerShell's and the POSIX shells' single quotes are left.
func (s System) Word(word string) (string, error) {
	if !s.Windows {
		return templates.Word(word)
	}
	if _, err := templates.Word(word); err != nil || plainWord.MatchString(word) {
		return word, err
	}
	if !strings.ContainsAny(word, "\"$`!%") && !strings.HasSuffix(word, `\`) {
		return `"` + word + `"`, nil
	}
	return "'" + strings.ReplaceAll(word, "'", "''") + "'", nil
}
