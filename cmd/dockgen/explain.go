package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/check"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/document"
	"github.com/dockgen/dockgen/internal/explain"
	"github.com/dockgen/dockgen/internal/prompt"
)

func (a app) explainCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "explain [image|RULE] [DIR]",
		Short: "Say what is behind each line of the Dockerfile",
		Long: "explain prints the Dockerfile that init would write, and below each instruction the\n" +
			"facts of the repository that led to it, where they were read, and what said\n" +
			"otherwise. \"explain image\" compares the final images: what each costs, and what\n" +
			"rules it out. \"explain RULE\" says why a rule of check exists, with an example.",
		Example: "  dockgen explain\n  dockgen explain image ./services/api\n  dockgen explain --json",
	}
	c.Flags().SortFlags = false
	c.Flags().BoolVar(&asJSON, "json", false, "print the explanation as JSON")
	f := a.addChoiceFlags(c.Flags())
	a.complete(c, f)
	c.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return topics(), cobra.ShellCompDirectiveDefault
	}
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		topic := ""
		defer func() { // with --json, a problem is a document too
			switch {
			case err == nil || !asJSON:
			case topic == "image":
				err = errors.Join(err, a.printJSON(document.Plan{Version: document.Version, Catalogue: a.catalogue.Date, Problem: document.NewProblem(err)}))
			default:
				err = errors.Join(err, a.printJSON(document.Explained{Version: document.Version, Instructions: []document.Instruction{}, Problem: document.NewProblem(err)}))
			}
		}()
		if len(args) > 0 && args[0] == "image" {
			topic, args = args[0], args[1:]
		}
		if err := atMostOneArg(c, args); err != nil {
			return err
		}
		if len(args) == 1 && topic == "" {
			if r := check.Find(args[0]); r != nil {
				if asJSON {
					return &diag.Error{What: "--json has nothing about a rule", Try: "dockgen explain " + r.Code, Code: diag.Usage}
				}
				_, err := fmt.Fprint(a.out, check.Page(*r))
				return err
			}
		}
		l, err := a.look(c.Context(), args, f, c.Flags())
		if err != nil && len(args) == 1 && topic == "" && !strings.ContainsAny(args[0], `/\.`) {
			if _, none := os.Stat(args[0]); errors.Is(none, fs.ErrNotExist) {
				return &diag.Error{What: args[0] + " is neither a rule nor a folder", Try: nearestTopic(args[0]), Code: diag.Usage}
			}
		}
		if err != nil {
			return err
		}
		d, err := l.decide(l.settings)
		if err != nil {
			return err
		}
		if topic == "image" {
			return a.explainImage(d, asJSON)
		}
		return a.explainLines(l, d, asJSON)
	}
	return c
}

// nearestTopic is what a mistyped topic may mean, as a command, or where the topics are listed.
func nearestTopic(word string) string {
	known := []string{"image"}
	for _, r := range check.Rules() {
		known = append(known, r.Code, r.Name)
	}
	if near := diag.Nearest(word, known); near != "" {
		return "dockgen explain " + near
	}
	return "dockgen check --rules lists the rules; dockgen explain image compares the final images"
}

func (a app) explainLines(l *look, d detect.Decision, asJSON bool) error {
	out, err := l.render(d)
	if err != nil {
		return err
	}
	all, err := explain.Instructions(out, d.Plan.Reasons)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(document.NewExplained(out, all))
	}
	width, _ := prompt.Size(a.out)
	said := map[string]int{} // line
	fmt.Fprintf(a.out, "%s\n", out.Dockerfile)
	for _, in := range all {
		fmt.Fprintln(a.out)
		for i, line := range strings.Split(in.Text, "\n") {
			fmt.Fprintf(a.out, "%3d  %s\n", in.First+i, line)
		}
		for _, r := range in.Values {
			point(a.out, width, fmt.Sprintf("%s: %s (%s)", r.What, r.Value, why(r)))
		}
		told, before := len(in.Values), 0
		for _, p := range in.Practices { // once is enough for a person; --json has it with each
			if line, ok := said[p]; ok {
				before = line
				continue
			}
			point(a.out, width, p)
			said[p] = in.First
			told++
		}
		if told == 0 && before > 0 {
			point(a.out, width, fmt.Sprintf("as in line %d", before))
		}
	}
	return nil
}

// point prints one indented remark, broken at words to the width of the terminal.
func point(w io.Writer, width int, text string) {
	wrap(w, width, "       ", "· "+text)
}

// wrap prints text broken at words to a width, each line after the indent.
func wrap(w io.Writer, width int, indent, text string) {
	line, empty := indent, true
	for word := range strings.FieldsSeq(printable(text)) {
		if !empty && utf8.RuneCountInString(line)+utf8.RuneCountInString(word) > width {
			fmt.Fprintln(w, strings.TrimRight(line, " "))
			line = indent + "  "
		}
		line, empty = line+word+" ", false
	}
	fmt.Fprintln(w, strings.TrimRight(line, " "))
}

func (a app) explainImage(d detect.Decision, asJSON bool) error {
	if asJSON {
		doc := document.NewPlan(a.catalogue.Date, d)
		return a.printJSON(document.Plan{Version: doc.Version, Catalogue: doc.Catalogue, Final: doc.Final, Bases: doc.Bases, Values: doc.Values})
	}
	width, _ := prompt.Size(a.out)
	fmt.Fprintf(a.out, "%s, %s\n", d.Plan.Image.Variant, d.Plan.Image.Base)
	for _, r := range d.Plan.Reasons {
		if r.ID == "base" {
			point(a.out, width, why(r))
		}
	}
	for _, b := range d.Bases() {
		mark := ""
		switch {
		case b.Base == d.Plan.Image.Variant:
			mark = " (chosen)"
		case b.Auto:
			mark = " (automatic)"
		}
		fmt.Fprintf(a.out, "\n--base %s%s", b.Base, mark)
		if b.Image != "" {
			fmt.Fprintf(a.out, ": %s", b.Image)
		}
		fmt.Fprintln(a.out)
		if b.Says != "" {
			point(a.out, width, b.Says)
		}
		if b.RuledOut != "" {
			point(a.out, width, "ruled out: "+b.RuledOut)
		}
	}
	return nil
}
