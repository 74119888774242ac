package syntax

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sample = `
import os, flask
import numpy as np
from fastapi import FastAPI as API, Depends
from .models import (
    User,
    Item as I,
)
if TYPE_CHECKING:
    from torch import Tensor

PORT = int(os.environ.get("PORT", 8_000))
HOST = os.getenv('HOST') or "0.0.0.0"
app: API = API(title="x", docs="""
app = Flask()
""")

def create_app(config=None, *, debug: bool = False) -> flask.Flask:
    app = flask.Flask(__name__)
    @app.route("/")
    def index():
        return "hi"
    return app

class Worker:
    def run(self, n): self.go(n)

if __name__ == "__main__":
    uvicorn.run("main:app", host=HOST, port=PORT, reload=True)
`

func TestParse(t *testing.T) {
	m := Parse(sample)
	if m.Problem != nil {
		t.Fatal(m.Problem)
	}
	var imports []string
	for _, i := range m.Imports {
		imports = append(imports, fmt.Sprintf("%s/%s/%s/%v", i.Module, i.Name, i.As, i.Types))
	}
	want := "os///false flask///false numpy//np/false fastapi/FastAPI/API/false fastapi/Depends/Depends/false .models/User/User/false .models/Item/I/false torch/Tensor/Tensor/true"
	if diff := cmp.Diff(want, strings.Join(imports, " ")); diff != "" {
		t.Errorf("imports: -want +got\n%s", diff)
	}
	var assigns []string
	for _, a := range m.Assigns {
		c, _ := a.Value.Call()
		assigns = append(assigns, fmt.Sprintf("%s=%s in %q", a.Target, m.Qualified(c.Callee), a.Func))
	}
	if diff := cmp.Diff(`PORT=int in "" HOST= in "" app=fastapi.FastAPI in "" app=flask.Flask in "create_app"`, strings.Join(assigns, " ")); diff != "" {
		t.Errorf("assignments: -want +got\n%s", diff)
	}
	f, ok := m.Func("create_app")
	if !ok || f.Required != 0 || f.Annotation.Name() != "flask.Flask" || len(f.Returns) != 1 || f.Returns[0].Name() != "app" {
		t.Errorf("create_app is %+v, %v", f, ok)
	}
	last := m.Calls[len(m.Calls)-1]
	if last.Callee != "uvicorn.run" || !last.Guard || m.Guard != last.Line-1 {
		t.Errorf("the last call is %+v, the guard in line %d", last, m.Guard)
	}
	if v := m.Value(last.Arg("port", 2)); v.Port() != 8000 || v.Env != "PORT" {
		t.Errorf("port is %+v", v)
	}
	if v := m.Value(last.Arg("host", 1)); v.Text != "0.0.0.0" || v.Env != "HOST" {
		t.Errorf("host is %+v", v)
	}
	if v := m.Value(last.Arg("app", 0)); v.Text != "main:app" {
		t.Errorf("app is %+v", v)
	}
}

func TestValue(t *testing.T) {
	for text, want := range map[string]Value{
		`x = "a" 'b'`:                       {Text: "ab", Known: true},
		`x = os.environ["DB"]`:              {Env: "DB"},
		`x = env.int("PORT", default=9000)`: {Text: "9000", Known: true, Env: "PORT"},
		`x = f"a{b}"`:                       {},
		`x = x`:                             {},
		`x = (("k"))`:                       {Text: "k", Known: true},
	} {
		m := Parse("import os\n" + text)
		got, ok := m.Const("x")
		got.At = 0
		if !ok || got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}
