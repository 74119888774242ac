package templates

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/template"
	tree "text/template/parse"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// A folder of templates may come with a repository that somebody else wrote. A
// template of it can neither run for long nor take much memory: its steps, its texts
// and what it prints are counted.
const (
	maxFile   = 256 << 10 // bytes of one template, or of the lines of one place
	maxSteps  = 50_000    // rounds of range, and templates within templates, of one template
	maxText   = 64 << 10  // bytes that a function takes
	maxOutput = 1 << 20   // bytes that one template prints
)

var (
	errSteps  = fmt.Errorf("it goes round more than %d times", maxSteps)
	errOutput = fmt.Errorf("it prints more than %d KiB", maxOutput>>10)
)

// step is called at the beginning of each template and of each round of a range.
const step = "dockgenStep"

var stepNode = func() tree.Node {
	trees, err := tree.Parse("step", "{{"+step+"}}", "", "", map[string]any{step: func() string { return "" }})
	if err != nil {
		panic("templates: " + err.Error()) // our own text: any test reads it
	}
	return trees["step"].Root.Nodes[0]
}()

// counted puts the steps into a template.
func counted(t *template.Template) {
	for _, each := range t.Templates() {
		if each.Tree != nil && each.Root != nil && (len(each.Root.Nodes) == 0 || !isStep(each.Root.Nodes[0])) {
			ranges(each.Root)
			begin(each.Root)
		}
	}
}

func isStep(n tree.Node) bool {
	a, ok := n.(*tree.ActionNode)
	return ok && a.Pipe.Cmds[0].Args[0].String() == step
}

func begin(list *tree.ListNode) {
	list.Nodes = append([]tree.Node{stepNode.Copy()}, list.Nodes...)
}

// ranges puts steps into the ranges below a list.
func ranges(list *tree.ListNode) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *tree.RangeNode:
			ranges(n.List)
			ranges(n.ElseList)
			begin(n.List)
		case *tree.IfNode:
			ranges(n.List)
			ranges(n.ElseList)
		case *tree.WithNode:
			ranges(n.List)
			ranges(n.ElseList)
		}
	}
}

// page is what a template prints, up to a limit.
type page struct{ strings.Builder }

func (p *page) Write(b []byte) (int, error) {
	if p.Len()+len(b) > maxOutput {
		return 0, errOutput
	}
	return p.Builder.Write(b)
}

// tooMuch is the error of a template that a limit ended, or nil.
func tooMuch(name string, err error) error {
	for _, limit := range []error{errSteps, errOutput} {
		if errors.Is(err, limit) {
			return &diag.Error{At: fact.Source{File: name}, What: "the template was ended: " + limit.Error(), Try: "range over what the view holds"}
		}
	}
	return nil
}

// bounded is one of text/template's own functions for texts of some length: applied
// to its own results again and again it would double them.
func bounded(print func(args ...any) string) func(args ...any) (string, error) {
	return func(args ...any) (string, error) {
		total := 0
		for _, a := range args {
			s, ok := a.(string)
			if !ok {
				s = fmt.Sprint(a)
			}
			if total += len(s); total > maxText {
				return "", errLong
			}
		}
		return short(print(args...))
	}
}

var errLong = fmt.Errorf("a text longer than %d KiB", maxText>>10)

func short(s string) (string, error) {
	if len(s) > maxText {
		return "", errLong
	}
	return s, nil
}

func printf(args ...any) string {
	if len(args) == 0 {
		return ""
	}
	return fmt.Sprintf(fmt.Sprint(args[0]), args[1:]...)
}

func join(sep string, parts []string) (string, error) {
	total := 0
	for _, p := range parts {
		if total += len(p) + len(sep); total > maxText {
			return "", errLong
		}
	}
	return strings.Join(parts, sep), nil
}

// readFile reads a file of a set up to the limit.
func readFile(files fs.FS, name string) (string, error) {
	if info, err := fs.Stat(files, name); err == nil && info.Size() > maxFile {
		return "", &diag.Error{At: fact.Source{File: name}, What: fmt.Sprintf("is larger than %d KiB", maxFile>>10)}
	}
	text, err := fs.ReadFile(files, name)
	return string(text), err
}
