package syntax

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPath reads each line as what a file assigns, with what its path is.
func TestPath(t *testing.T) {
	const lines = `
HERE = os.path.abspath(os.path.dirname(__file__)) -> /app/shop
ROOT = Path(__file__).resolve().parent.parent -> /app
ABOVE = Path(__file__).parents[1] -> /app
a = ROOT / "data" / 'db.sqlite3' -> /app/data/db.sqlite3
b = os.path.join(ROOT, "data", "db.sqlite3") -> /app/data/db.sqlite3
c = "sqlite:///" + os.path.join(HERE, "app.db") -> sqlite:////app/shop/app.db
d = f"sqlite:///{ROOT}/data/app.db" -> sqlite:////app/data/app.db
e = "sqlite:///{}".format(a) -> sqlite:////app/data/db.sqlite3
f = "{root}/x".format(root=ROOT) -> /app/x
g = str(Path("data")) -> data
h = os.environ.get("DATA") or os.getenv("DIR", "data") -> data
i = Path.cwd().joinpath("logs", "x.log").as_posix() -> /app/logs/x.log
j = (ROOT / "logs").absolute() -> /app/logs
k = env("DATA", default="/data") -> /data
l = OTHER / "x" -> /other/x
m = a if DEBUG else b -> ?
n = os.path.expanduser("~/x") -> ?
o = f"{ROOT / name}/x" -> ?
p = ROOT / str(n) -> ?
q = os.path.join(*parts) -> ?
`
	var text, want strings.Builder
	text.WriteString("import os\nfrom pathlib import Path\n")
	for line := range strings.Lines(strings.TrimSpace(lines)) {
		source, result, _ := strings.Cut(line, " -> ")
		text.WriteString(source + "\n")
		want.WriteString(strings.TrimSpace(result) + "\n")
	}
	m := Parse(text.String())
	var got strings.Builder
	at := Where{File: "/app/shop/settings.py", Dir: "/app", Name: func(name string) (string, bool) { return "/other", name == "OTHER" }}
	for _, a := range m.Assigns {
		result, ok := m.Path(a.Value, at)
		if !ok {
			result = "?"
		}
		got.WriteString(result + "\n")
	}
	if diff := cmp.Diff(want.String(), got.String()); diff != "" {
		t.Error("-want +got\n" + diff)
	}
}

// TestPairs reads dictionaries in both ways of writing them.
func TestPairs(t *testing.T) {
	m := Parse("a = {'x': {'y': 1}, 'z': [2, 3], **more}\nb = dict(x=1, y='z')\n")
	var got []string
	for _, a := range m.Assigns {
		for _, p := range a.Value.Pairs() {
			got = append(got, p.Key[0].Text+"="+p.Value[0].Text)
		}
	}
	if diff := cmp.Diff("x={ z=[ x=1 y=z", strings.Join(got, " ")); diff != "" {
		t.Error("-want +got\n" + diff)
	}
}

// TestReceiver is what stands before the dot of a method.
func TestReceiver(t *testing.T) {
	m := Parse("from pathlib import Path\nPath('a').mkdir()\nDATA.mkdir()\n(ROOT / 'b').resolve().mkdir()\nx = [Path('c').parent.mkdir()]\n")
	var got []string
	for _, c := range m.Calls {
		if strings.HasSuffix(c.Callee, ".mkdir") {
			text, _ := m.Path(c.Receiver, Where{Dir: "/app", Name: func(name string) (string, bool) { return "/" + name, name == "DATA" || name == "ROOT" }})
			got = append(got, text)
		}
	}
	if diff := cmp.Diff("a /DATA /ROOT/b .", strings.Join(got, " ")); diff != "" {
		t.Error("-want +got\n" + diff)
	}
}
