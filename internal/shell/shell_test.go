package shell

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	got, err := Parse(`cross-env A=1 NODE_ENV="production" node --import x 'dist/my main.js' && B=2 gunicorn app:app --bind 0.0.0.0:${PORT:-8000}`)
	if err != nil {
		t.Fatal(err)
	}
	lit := func(words ...string) (all []Word) {
		for _, w := range words {
			all = append(all, Word{Text: w})
		}
		return all
	}
	want := Line{Commands: []Command{
		{Words: lit("cross-env", "A=1", "NODE_ENV=production", "node", "--import", "x", "dist/my main.js")},
		{Joint: "&&", Env: []Assignment{{"B", Word{Text: "2"}}}, Words: append(lit("gunicorn", "app:app", "--bind"), Word{Text: "0.0.0.0:${PORT}", Vars: []Var{{"PORT", "8000"}}})},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestParseComplex(t *testing.T) {
	for _, text := range []string{"a | b", "a & b", "(a)", "a > f", "for x in 1; do y; done"} {
		l, err := Parse(text)
		if err != nil || !l.Complex {
			t.Errorf("Parse(%q) = %+v, %v; want a complex line", text, l, err)
		}
	}
	if _, err := Parse("'unclosed"); err == nil || err.Error() == "" {
		t.Errorf("an unclosed quote is an error, got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"node .", "a && b || c; d", "A=$B `x` $(y) ${Z:-1} \"q$w\"", "'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { Parse(text) })
}
