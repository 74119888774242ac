package main

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/document"
)

func (a app) detectCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "detect [DIR]",
		Short: "List the projects and programs of a repository",
		Long: "detect lists what dockgen finds in a repository: each project, the file that says\n" +
			"so, and the programs that an image could run. The one that init would build is\n" +
			"marked with a star.",
		Args: atMostOneArg,
	}
	c.Flags().SortFlags = false
	c.Flags().BoolVar(&asJSON, "json", false, "print the list as JSON")
	f := a.addChoiceFlags(c.Flags())
	a.complete(c, f)
	c.RunE = func(c *cobra.Command, args []string) error {
		l, err := a.look(c.Context(), args, f, c.Flags())
		if err != nil {
			if asJSON {
				err = errors.Join(err, a.printJSON(document.Detected{Version: document.Version, Projects: []document.Project{}, Problem: document.NewProblem(err)}))
			}
			return err
		}
		d, problem := l.decide(l.settings)
		if asJSON {
			err = a.detectedJSON(l, d, problem)
		} else if len(l.projects) > 0 {
			err = a.detected(l, d, problem)
		}
		if err == nil && len(l.projects) == 0 {
			return problem
		}
		return err
	}
	return c
}

func (a app) detectedJSON(l *look, d detect.Decision, problem error) error {
	doc := document.Detected{Version: document.Version, Projects: []document.Project{}}
	for _, p := range l.projects {
		doc.Projects = append(doc.Projects, document.NewProject(p))
	}
	if problem == nil {
		doc.Image = document.NewPlan("", d).Image
	} else {
		doc.Problem = document.NewProblem(problem)
	}
	return a.printJSON(doc)
}

func (a app) detected(l *look, d detect.Decision, problem error) error {
	t := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tLANGUAGE\tFOLDER\tPROGRAM\tKIND\tFOUND IN")
	for _, p := range l.projects {
		if len(p.Programs()) == 0 {
			fmt.Fprintf(t, "\t%s\t%s\t-\t%s\t%s\n", p.Language(), printable(p.Dir()), printable(p.Nothing()), p.At().Place())
		}
		for _, g := range p.Programs() {
			star := ""
			if problem == nil && d.Image.Project == p && d.Image.Program.Name == g.Name {
				star = "*"
			}
			place := g.At.Place()
			if place == "" {
				place = p.At().Place()
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", star, p.Language(), printable(p.Dir()), printable(g.Name), g.Kind, printable(place))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if q, open := detect.IsOpen(problem); open {
		fmt.Fprintf(a.err, "\n%s: init needs %s\n", q.What, q.Flag)
	} else if problem != nil {
		fmt.Fprintf(a.err, "\ninit would stop: %s\n", printable(problem.Error()))
	}
	return nil
}
