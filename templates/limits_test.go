package templates

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// TestHostile: whatever a template of somebody else's does, it ends soon, with an
// error that names it, and takes little memory.
func TestHostile(t *testing.T) {
	laughs := "{{define \"l0\"}}x{{end}}"
	silent := "{{define \"s0\"}}{{end}}"
	for i := range 40 {
		laughs += fmt.Sprintf("{{define \"l%d\"}}{{template \"l%d\"}}{{template \"l%d\"}}{{end}}", i+1, i, i)
		silent += fmt.Sprintf("{{define \"s%d\"}}{{template \"s%d\"}}{{template \"s%d\"}}{{end}}", i+1, i, i)
	}
	double := func(expression string) string {
		return "{{$x := \"'a'\"}}{{range 60}}{{$x = " + expression + "}}{{end}}{{$x}}"
	}
	for text, want := range map[string]string{
		"{{range 1000000000000}}{{end}}":                                                                                         "goes round more than",
		"{{range 1000000000000}}x{{end}}":                                                                                        "goes round more than",
		"{{range 1000}}{{range 1000}}{{range 1000}}{{end}}{{end}}{{end}}":                                                        "goes round more than",
		"{{range 1000}}{{with 1}}{{if .}}{{range 1000000000}}{{end}}{{end}}{{end}}{{end}}":                                       "goes round more than",
		"{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}":                                                            "goes round more than",
		"{{define \"a\"}}{{template \"b\"}}{{end}}{{define \"b\"}}{{template \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}": "goes round more than",
		laughs + "{{template \"l40\"}}":                                                                                          "goes round more than",
		silent + "{{template \"s40\"}}":                                                                                          "goes round more than",
		"{{range 20000}}" + strings.Repeat("x", 1000) + "{{end}}":                                                                "prints more than",
		double(`printf "%s%s" $x $x`):                                                                                            "longer than",
		double(`print $x $x`):                                                                                                    "longer than",
		double(`println $x $x`):                                                                                                  "longer than",
		double(`js $x`):                                                                                                          "longer than",
		double(`word $x`):                                                                                                        "longer than",
		double(`env (word $x)`):                                                                                                  "longer than",
		double(`comment (print $x $x)`):                                                                                          "longer than",
		`{{printf "%1000000d" 1}}`:                                                                                               "longer than",
		strings.Repeat("x", maxFile+1):                                                                                           "is larger than",
		strings.Repeat("{{if 1}}", 20000):                                                                                        "unexpected EOF",
		"{{dockgenStep 1}}":                                                                                                      "wrong number of args",
	} {
		shown := text
		if len(shown) > 60 {
			shown = shown[:60]
		}
		set := Embedded().Over(fstest.MapFS{"header.tmpl": {Data: []byte(text)}})
		began := time.Now()
		_, err := set.Render(Must[struct{}]("header.tmpl").With(struct{}{}))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "header.tmpl") {
			t.Errorf("%s: %v, want %s", shown, err, want)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %s", shown, took)
		}
	}
}

// TestOrdinary: what templates do is far from the limits.
func TestOrdinary(t *testing.T) {
	text := "{{range $i, $e := .}}{{if $i}} {{end}}{{printf \"%s-%d\" $e $i}}{{end}} {{join \",\" .}} {{html \"<\"}}"
	set := Embedded().Over(fstest.MapFS{"header.tmpl": {Data: []byte(text)}})
	got, err := set.Render(Template[[]string]{name: "header.tmpl"}.With([]string{"a", "b"}))
	if err != nil || strings.Join(got.Lines, "\n") != "a-0 b-1 a,b &lt;" {
		t.Errorf("%q, %v", got.Lines, err)
	}
}
