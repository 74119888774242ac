package syntax

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func show(tokens []Token) string {
	var parts []string
	for _, t := range tokens {
		switch t.Kind {
		case Newline:
			parts = append(parts, "NL")
		case Indent:
			parts = append(parts, "IN")
		case Dedent:
			parts = append(parts, "DE")
		case String:
			mark := ""
			if t.Fancy {
				mark = "*"
			}
			parts = append(parts, mark+fmt.Sprintf("%q", t.Text))
		default:
			parts = append(parts, t.Text)
		}
	}
	return strings.Join(parts, " ")
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"app = FastAPI()  # app = Flask()\n":           "app = FastAPI ( ) NL",
		"\"\"\"\napp = Flask(__name__)\n\"\"\"\nx = 1": `"\napp = Flask(__name__)\n" NL x = 1 NL`,
		"if x:\n    y\n\n# c\n  # d\n    z\nw\n":       "if x : NL IN y NL z NL DE w NL",
		"f(\n  a,\n\n  b)\n":                           "f ( a , b ) NL",
		"a = 'it\\'s' \"b\\x41\\n\"\n":                 `a = "it's" "bA\n" NL`,
		"r'\\d' b'x' Rb\"y\"\n":                        `"\\d" *"x" *"y" NL`,
		"f'{x[\"a\"]!r:>{w}}' + f'{{no}}'\n":           `*"{x[\"a\"]!r:>{w}}" + *"{{no}}" NL`,
		"f'{d['k']}' \n":                               `*"{d['k']}" NL`,
		"f'''{\n 'a' }'''\nb\n":                        `*"{\n 'a' }" NL b NL`,
		"x = 1_000 + 0x1F + 1.5e-3 - .5\n":             "x = 1_000 + 0x1F + 1.5e-3 - .5 NL",
		"a = b \\\n  + c\n":                            "a = b + c NL",
		"if a:\n\tb\n\tif c:\n\t\td\ne":                "if a : NL IN b NL if c : NL IN d NL DE DE e NL",
		"größe = 1\r\nx\r\n":                           "größe = 1 NL x NL",
		"def f(x: int = 2, *a) -> None: ...\n":         "def f ( x : int = 2 , * a ) -> None : ... NL",
	} {
		tokens, problem := Tokens(text)
		if problem != nil {
			t.Errorf("%q: line %d: %s", text, problem.Line, problem.What)
		}
		if diff := cmp.Diff(want, show(tokens)); diff != "" {
			t.Errorf("%q: -want +got\n%s", text, diff)
		}
	}
}

func TestProblems(t *testing.T) {
	for text, want := range map[string]int{"x\ny = 'abc\nz\n": 2, "a\n\"\"\"\n": 2, "if a:\n        b\n    c\n": 3, "a ? b\n": 1, "f'{x\n": 1} {
		if _, problem := Tokens(text); problem == nil || problem.Line != want {
			t.Errorf("%q: %+v, want line %d", text, problem, want)
		}
	}
}

// FuzzTokens: no input makes it panic, every line exists, and indents and dedents pair.
func FuzzTokens(f *testing.F) {
	for _, seed := range []string{"if __name__ == '__main__':\n    app.run(f'{a['x']:{w}}')\n", "f'{f'{f'{x}'}'}'", "\\\n", "'''", "f'{", "\tx\n y", "f'''{'''"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tokens, _ := Tokens(text)
		lines := strings.Count(text, "\n") + 1
		depth, last := 0, 1
		for _, k := range tokens {
			if k.Line < 1 || k.Line > lines || k.Line < last {
				t.Fatalf("%q: line %d of %d after %d", text, k.Line, lines, last)
			}
			last = k.Line
			switch k.Kind {
			case Indent:
				depth++
			case Dedent:
				depth--
			}
			if depth < 0 {
				t.Fatalf("%q: more dedents than indents", text)
			}
		}
		if depth != 0 {
			t.Fatalf("%q: %d indents are not closed", text, depth)
		}
		Parse(text)
	})
}
