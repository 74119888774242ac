package python

import (
	"strings"

	"deps.dev/util/semver"

	"github.com/dockgen/dockgen/internal/pattern"
)

// onLinux reports whether a marker can hold in a Linux container on CPython.
func onLinux(marker string) bool { return holds(marker, "") }

// holds reports whether a marker can hold in a Linux container on a line of CPython
// ("3.13"), "" for any. What it cannot compare counts as true, and so does a marker
// that it cannot read, since leaving a dependency out is worse.
// https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers
func holds(marker, line string) bool {
	m := markerReader{line: line}
	for _, word := range markerWord.FindAllStringSubmatch(marker, -1) {
		m.words = append(m.words, word[0])
	}
	held := m.either()
	return held || m.failed || len(m.words) > 0
}

var markerWord = pattern.New(`"[^"]*"|'[^']*'|[()]|[<>=!~]+|[^\s()<>=!~"']+`)

const maxParentheses = 100 // within one another; more are nobody's marker

// markerReader evaluates a marker while it reads it.
type markerReader struct {
	words  []string // those that are not read yet
	line   string
	depth  int  // of the parentheses that are open
	failed bool // it is no marker
}

func (m *markerReader) next() string {
	if len(m.words) == 0 {
		m.failed = true
		return ""
	}
	word := m.words[0]
	m.words = m.words[1:]
	return word
}

// accept reads a word if it is the next one.
func (m *markerReader) accept(word string) bool {
	if len(m.words) == 0 || m.words[0] != word {
		return false
	}
	m.words = m.words[1:]
	return true
}

func (m *markerReader) either() bool {
	held := m.both()
	for m.accept("or") {
		other := m.both()
		held = held || other
	}
	return held
}

func (m *markerReader) both() bool {
	held := m.one()
	for m.accept("and") {
		other := m.one()
		held = held && other
	}
	return held
}

func (m *markerReader) one() bool {
	if m.depth > maxParentheses {
		m.failed = true
		return true
	}
	if m.accept("(") {
		m.depth++
		held := m.either()
		m.depth--
		m.failed = !m.accept(")") || m.failed
		return held
	}
	left, operator := m.next(), m.next()
	if operator == "not" {
		operator += " " + m.next()
	}
	right := m.next()
	if strings.ContainsAny(left, `"'`) {
		left, right, operator = right, left, first(mirrored[operator], operator)
	}
	return m.compare(left, operator, strings.Trim(right, `"'`))
}

// mirrored are the operators of a comparison whose sides change places.
var mirrored = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}

var inContainer = map[string]string{
	"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_python_implementation": "CPython", "implementation_name": "cpython",
}

func (m *markerReader) compare(name, operator, value string) bool {
	own, known := inContainer[name]
	switch {
	case known && operator == "==":
		return own == value
	case known && operator == "!=":
		return own != value
	case m.line == "" || strings.Contains(operator, "in"):
		return true
	case name == "python_version": // of the line alone: 3.13.1 has the version 3.13
		c, err := semver.PyPI.ParseConstraint(operator + value)
		return err != nil || c.Match(m.line)
	case name == "python_full_version":
		ok, err := allows(operator+value, m.line)
		return err != nil || ok
	}
	return true
}
