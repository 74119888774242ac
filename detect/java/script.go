package java

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// setting is one statement of a Gradle script: the names of the blocks around it
// and its own, joined with dots, and the tokens that follow.
//
//	java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }
//
// is "java.toolchain.languageVersion" with the tokens = JavaLanguageVersion . of ( 21 ).
type setting struct {
	path string
	args []token
	file string
	line int
	// maybe is true in a block that a condition opens: it holds or not.
	maybe  bool
	guards []guard // those conditions, the outermost first
}

func (s setting) from() fact.Source { return fact.At(s.file, s.line, s.path) }

// strings are the string literals among the tokens that hold no variable.
func (s setting) strings() []string {
	var all []string
	for _, t := range s.args {
		if t.kind == text && !t.open {
			all = append(all, t.text)
		}
	}
	return all
}

// words are the words and dots among the tokens, joined: "libs.plugins.spring.boot".
func (s setting) words() string {
	var b strings.Builder
	for _, t := range s.args {
		if t.kind == word || t.is(".") {
			b.WriteString(t.text)
		}
	}
	return b.String()
}

const maxBlocks = 64 // nested blocks; deeper ones are read as if they were not nested

// script reads the statements of a Gradle build script, Groovy or Kotlin.
func script(file, source string) []setting {
	var all []setting
	var blocks []string
	var under branches
	var statement []token
	parens := 0
	end := func(opens bool) {
		s, name := statementOf(statement, blocks, file)
		s.guards = under.guards()
		s.maybe = len(s.guards) > 0
		if len(statement) > 0 {
			all = append(all, s)
		}
		statement = nil
		if opens && len(blocks) < maxBlocks {
			blocks = append(blocks, name)
			under.open(s)
		}
	}
	for _, t := range lex(source) {
		switch {
		case t.is("(") || t.is("["):
			parens++
			statement = append(statement, t)
		case t.is(")") || t.is("]"):
			parens = max(0, parens-1)
			statement = append(statement, t)
		case t.kind == newline && parens == 0, t.is(";") && parens == 0:
			if n := len(statement); n > 0 && (statement[n-1].is("=") || statement[n-1].is(",")) {
				continue
			}
			end(false)
		case t.kind == newline:
		case t.is("{") && parens == 0:
			end(true)
		case t.is("}") && parens == 0:
			end(false)
			blocks = blocks[:max(0, len(blocks)-1)]
			under.close()
		default:
			statement = append(statement, t)
		}
	}
	end(false)
	return all
}

// statementOf is a statement as a setting, and the name of the block that it opens.
func statementOf(tokens []token, blocks []string, file string) (setting, string) {
	if len(tokens) == 0 {
		return setting{}, ""
	}
	var head []string
	i := afterAnnotations(tokens)
	for i < len(tokens) && tokens[i].kind == word {
		head = append(head, tokens[i].text)
		i++
		if i+1 < len(tokens) && tokens[i].is(".") && tokens[i+1].kind == word {
			i++
			continue
		}
		break
	}
	s := setting{args: tokens[min(i, len(tokens)):], file: file, line: tokens[0].line}
	name := strings.Join(head, ".")
	if about := subject(s, name); about != "" {
		name = about
	} else if named := s.strings(); len(head) > 0 && len(named) > 0 && slices.Contains([]string{"named", "register", "getByName", "create", "task"}, head[len(head)-1]) {
		name = named[0] // tasks.named("bootJar") { … } is about bootJar
	}
	name = strings.TrimPrefix(name, "tasks.")
	s.path = strings.Join(append(slices.DeleteFunc(slices.Clone(blocks), func(b string) bool {
		return b == "" || b == "tasks" || b == "afterEvaluate" || isCondition(b)
	}), name), ".")
	return s, name
}

// afterAnnotations is the first token behind the annotations of a statement:
// @Suppress("DSL_SCOPE_VIOLATION") plugins { … }.
func afterAnnotations(tokens []token) int {
	i := 0
	for i+1 < len(tokens) && tokens[i].is("@") && tokens[i+1].kind == word {
		i += 2
		for i+1 < len(tokens) && (tokens[i].is(".") || tokens[i].is(":")) && tokens[i+1].kind == word {
			i += 2
		}
		if i < len(tokens) && tokens[i].is("(") {
			i = min(len(tokens), closing(tokens, i)+1)
		}
	}
	return i
}

// closing is the token that closes the parenthesis at token i, or the last one.
func closing(tokens []token, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		if tokens[i].is("(") {
			depth++
		} else if tokens[i].is(")") {
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(tokens) - 1
}

func isCondition(block string) bool { return block == "if" || block == "else" }

// taskOfType are the tasks that a block for all tasks of a type is about.
var taskOfType = map[string]string{"BootJar": "bootJar", "BootWar": "bootWar", "ShadowJar": "shadowJar", "War": "war", "Jar": "jar"}

// subject is what a block is about that names it in its arguments:
// tasks.withType<BootJar>, project(":api"), configure(subprojects); "" for others.
func subject(s setting, name string) string {
	switch {
	case name == "project" && len(s.strings()) == 1:
		return "project(" + s.strings()[0] + ")"
	case name == "configure":
		for _, t := range s.args {
			if t.text == "subprojects" || t.text == "allprojects" {
				return t.text
			}
		}
	case strings.HasSuffix(name, "withType"):
		for _, t := range s.args {
			if task := taskOfType[t.text]; task != "" && t.kind == word {
				return task
			}
		}
	}
	return ""
}

// settingsFile are the files that Gradle looks for beside a build.
func gradleFile(has func(string) bool, dir, name string) string {
	for _, ext := range []string{".gradle", ".gradle.kts"} {
		if file := path.Join(dir, name+ext); has(file) {
			return file
		}
	}
	return ""
}
