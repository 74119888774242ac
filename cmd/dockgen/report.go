package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/render"
	"github.com/dockgen/dockgen/internal/write"
)

// report is what a run tells its user: what was found and where, what was
// chosen and why, what was written, and how to build it.
type report struct {
	decision detect.Decision
	output   render.Output
	place    place
	changes  []write.Change
	quiet    bool
	width    int           // of the terminal, 0 where lines may be of any length
	kept     []detect.Note // where the user's lines stayed in a merge
}

// found prints what was found and chosen.
func (r report) found(w io.Writer) {
	if !r.quiet {
		r.values(w)
	}
	for _, n := range r.notes() {
		if r.quiet && !n.Warning {
			continue
		}
		word := "note"
		if n.Warning {
			word = "warning"
		}
		where := ""
		if place := n.At.Place(); place != "" {
			where = place + ": "
		}
		fmt.Fprintf(w, "%s: %s%s\n", word, printable(where), printable(n.Text))
	}
}

func (r report) values(w io.Writer) {
	d := r.decision
	fmt.Fprintf(w, "%s (%s)\n", printable(d.Image.Project.Title()), d.Image.Project.At().Place())
	if r.width > 0 {
		r.narrow(w)
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, reason := range d.Plan.Reasons {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", reason.What, printable(reason.Value), printable(why(reason)))
	}
	t.Flush()
}

// narrow prints the values for a terminal of that width: a source that does not
// fit beside its value stands below it.
func (r report) narrow(w io.Writer) {
	for _, reason := range r.decision.Plan.Reasons {
		head := fmt.Sprintf("  %-12s  %s", reason.What, printable(reason.Value))
		from := printable(why(reason))
		if utf8.RuneCountInString(head)+2+utf8.RuneCountInString(from) <= r.width {
			fmt.Fprintf(w, "%s  %s\n", head, from)
			continue
		}
		fmt.Fprintln(w, head)
		wrap(w, r.width, "    ", from)
	}
}

func (r report) notes() []detect.Note {
	notes := append([]detect.Note(nil), r.decision.Plan.Notes...)
	hidden := r.output.Hidden
	if len(hidden) > maxHidden {
		text := fmt.Sprintf("and %d more look like secrets, so the ignore file keeps them out of the image", len(hidden)-1)
		notes, hidden = append(notes, detect.Note{At: fact.Source{File: hidden[0]}, Text: text}), nil
	}
	for _, f := range hidden {
		notes = append(notes, detect.Note{At: fact.Source{File: f}, Text: "looks like a secret, so the ignore file keeps it out of the image"})
	}
	if b := r.output.Beside; b != "" {
		notes = append(notes, detect.Note{At: fact.Source{File: b}, Text: "stays as it is; this build reads " + r.output.Files[1].Path + " instead"})
	}
	if o := r.decision.Image.Others; len(o) > 0 {
		notes = append(notes, detect.Note{Text: "also here, each with an image of its own: " + others(o)})
	}
	return append(notes, r.kept...)
}

const maxHidden = 4 // files that look like secrets, each with a line of its own

const maxOthers = 6 // of the other programs that a report names

func others(all []detect.Other) string {
	var parts []string
	for i, o := range all {
		if i == maxOthers {
			parts = append(parts, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%s %s (%s)", o.Program.Kind, o.Program.Name, o.Project.Dir()))
	}
	return strings.Join(parts, ", ")
}

// why is the source of a value and those that said otherwise.
func why(r detect.Reason) string {
	var parts []string
	if from := r.From.String(); from != "" {
		parts = append(parts, from)
	}
	if r.Note != "" {
		parts = append(parts, r.Note)
	}
	for _, l := range r.Lost {
		parts = append(parts, fmt.Sprintf("%s says %s", l.From, l.Value))
	}
	return strings.Join(parts, "; ")
}

// wrote prints what happened to the files and the command that builds the image.
func (r report) wrote(w io.Writer) error {
	if r.quiet {
		return nil
	}
	fmt.Fprintln(w)
	for _, c := range r.changes {
		name := r.place.path(c.Path)
		switch {
		case c.State == write.Same:
			fmt.Fprintf(w, "%s is up to date\n", name)
		case c.State == write.Merged:
			fmt.Fprintf(w, "wrote %s, with your edits\n", name)
		case c.Backup != "":
			fmt.Fprintf(w, "wrote %s (the old one is %s)\n", name, r.place.path(c.Backup))
		default:
			fmt.Fprintf(w, "wrote %s\n", name)
		}
	}
	command, err := r.build()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "\n  %s\n", command)
	return err
}

// build is the command that builds the image.
func (r report) build() (string, error) {
	return r.output.BuildCommand(r.decision, tag(r.place.name, r.decision.Image.Project.Dir()), r.place.path)
}

var notInTag = pattern.New(`[^a-z0-9]+`)

// tag is a name for the image: the project's folder, or the repository's.
func tag(root, dir string) string {
	name := root
	if dir != "." {
		name = dir[strings.LastIndex(dir, "/")+1:]
	}
	name = strings.Trim(notInTag.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if name == "" {
		return "app"
	}
	return name
}

// printable is text from a repository, without what a terminal would act on.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}
