package golang

import (
	"go/parser"
	"go/token"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPortDefaults(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want []string
	}{
		"emptiness":           {`port := os.Getenv("PORT"); if port == "" { port = "8080" }; limit := 100; use(limit)`, []string{"8080"}},
		"beside":              {`serve(":" + cmp.Or(os.Getenv("PORT"), "8080"))`, []string{"8080"}},
		"first given":         {`addr := ":9000"; if p := os.Getenv("PORT"); p != "" { addr = ":" + p }; serve(addr)`, []string{":9000"}},
		"number":              {`port := 3000; if n, err := strconv.Atoi(os.Getenv("PORT")); err == nil { port = n }`, []string{"3000"}},
		"function literal":    {`port := func() string { if p := os.Getenv("PORT"); p != "" { return p }; return "8081" }(); serve(port)`, []string{"8081"}},
		"field":               {`c.timeout = 300; c.Port = "8082"; if p := os.Getenv("PORT"); p != "" { c.Port = p }`, []string{"8082"}},
		"a status is none":    {`http.HandleFunc("/", func(w W, r R) { if code >= 200 && code < 600 { w.WriteHeader(404) } }); serve(os.Getenv("PORT"))`, nil},
		"nothing reads PORT":  {`port := "8080"; serve(port)`, nil},
		"comparison and call": {`if n > 1024 { fail(500, "no") }; serve(os.Getenv("PORT"))`, nil},
		"two at once":         {`port, size := os.Getenv("PORT"), 512; if port == "" { port, size = "8083", 256 }`, []string{"8083"}},
	} {
		t.Run(name, func(t *testing.T) {
			fset := token.NewFileSet()
			tree, err := parser.ParseFile(fset, "main.go", "package main\nfunc main() {\n"+test.body+"\n}\n", parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			s := &sources{}
			r := &reader{evaluator: &evaluator{fset: fset}, file: &sourceFile{path: "main.go", tree: tree}, sources: s}
			for _, decl := range tree.Decls {
				r.portDefaults(decl)
			}
			var got []string
			for _, set := range s.settings {
				got = append(got, set.value)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
