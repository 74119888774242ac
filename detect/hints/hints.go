// Package hints reads what a repository says about how it is run, in files that
// belong to no language: a Procfile, .tool-versions, Dockerfiles that people wrote. They are
// evidence, never commands: nothing here is copied into what dockgen writes.
package hints

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/mark"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
)

// Process is a line of a Procfile. Format: https://devcenter.heroku.com/articles/procfile
type Process struct {
	Name string // "web", "worker", "release"
	Line shell.Line
	From fact.Source
}

var processLine = pattern.New(`^([A-Za-z0-9_-]+):\s*(.+)$`)

// Procfile are the processes of the Procfile in a folder, in its order; none if there is no such file.
// A line that no shell could parse is left out.
func Procfile(v *repo.View, dir string) ([]Process, error) {
	file := path.Join(dir, "Procfile")
	text, err := v.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Process
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		match := processLine.FindStringSubmatch(strings.TrimSpace(line))
		if match == nil {
			continue
		}
		parsed, err := shell.Parse(match[2])
		if err != nil {
			continue
		}
		all = append(all, Process{Name: match[1], Line: parsed, From: fact.At(file, n, "process "+match[1])})
	}
	return all, nil
}

// Web is the Procfile's web process in a folder, if it has one.
func Web(v *repo.View, dir string) (Process, bool, error) {
	all, err := Procfile(v, dir)
	for _, p := range all {
		if p.Name == "web" {
			return p, true, err
		}
	}
	return Process{}, false, err
}

// Dockerfile is what a Dockerfile that people wrote says of its final stage.
type Dockerfile struct {
	File    string
	Bases   []fact.Of[string] // what each FROM names
	Command []string          // entry point and command in exec form; shell form as parsed words
	Filled  []string          // the same, with the variables that the shell would fill in and the file gives a value
	Entry   int               // how many of its words are the entry point
	From    fact.Source       // of the last of them
	Ports   []fact.Of[int]
	Probed  fact.Of[int]      // port of the address that HEALTHCHECK asks
	Asked   fact.Of[string]   // path of that address, below "/"
	Workdir string            // of the last stage, "" where it sets none
	Volumes []fact.Of[string] // folders that are mounted into a container
	Made    []fact.Of[string] // folders that the last stage makes with mkdir, absolute
	Adds    []fact.Of[string] // packages of the system that the last stage installs
	Env     []fact.Of[string] // NAME=value of the last stage
	Copies  []Copy            // from the build context into the last stage
	Brought []Copy            // from the build context into any stage
	Runs    []Run             // every RUN in shell form, of all stages but those for tests and the like
	Args    map[string]string // defaults of build arguments, and variables of any stage

	placed []placed // what the last stage copies, followed back to the build context
	taken  []placed // its own copies from other stages, as they are written
}

// Run is the shell text of a RUN, and the variables that hold for it.
type Run struct {
	fact.Of[string]
	Env []Variable
}

// Variable is an environment variable that an ENV sets.
type Variable struct {
	Name, Value string
	From        fact.Source
}

// Copy is a COPY or ADD of files of the build context.
type Copy struct {
	Sources []string // as they are written, relative to the context
	To      string   // absolute, with a "/" at the end where it names a folder for sure
	From    fact.Source
}

// maxValue is how long a value with others filled in may be to be kept: forty that double one another would
// be of some terabytes.
const maxValue = 1024 // bytes

// Fill is text with the variables that the file itself gives a value filled in.
func (d Dockerfile) Fill(text string) string {
	return variable.ReplaceAllStringFunc(text, func(v string) string {
		if value, ok := d.Args[strings.Trim(v, "${}")]; ok {
			return value
		}
		return v
	})
}

var variable = pattern.New(`\$(\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z_][A-Za-z0-9_]*)`)

// Dockerfiles are the Dockerfiles in a folder that dockgen did not write, by
// name. One that cannot be parsed is left out: it is evidence, not input.
func Dockerfiles(v *repo.View, dir string) []Dockerfile {
	var all []Dockerfile
	for _, p := range v.In(dir) {
		base := path.Base(p)
		if base != "Dockerfile" && base != "Containerfile" && !strings.HasPrefix(base, "Dockerfile.") && !strings.HasPrefix(base, "Containerfile.") && !strings.EqualFold(path.Ext(base), ".Dockerfile") {
			continue
		}
		if path.Ext(base) == ".dockerignore" {
			continue
		}
		if d, ok := DockerfileAt(v, p); ok {
			all = append(all, d)
		}
	}
	return all
}

// DockerfileAt is a Dockerfile that people wrote; not one of dockgen's, or one that cannot be parsed.
func DockerfileAt(v *repo.View, file string) (Dockerfile, bool) {
	text, err := v.Read(file)
	if err != nil {
		return Dockerfile{}, false
	}
	if own, _ := mark.Own(string(text)); own {
		return Dockerfile{}, false
	}
	d, err := readDockerfile(file, string(text))
	return d, err == nil
}

func readDockerfile(file, text string) (Dockerfile, error) {
	result, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return Dockerfile{}, err
	}
	stages, global, err := instructions.Parse(result.AST, nil)
	if err != nil || len(stages) == 0 {
		return Dockerfile{}, errors.Join(err, errNoStage)
	}
	d := Dockerfile{File: file, Args: map[string]string{}}
	named := map[string][]Variable{} // what stages leave in the environment, by name
	for _, a := range global {
		d.arguments(a.Args)
	}
	leads := leading(stages)
	for i, s := range stages {
		for _, c := range s.Commands {
			switch c := c.(type) {
			case *instructions.ArgCommand:
				d.arguments(c.Args)
			case *instructions.EnvCommand:
				for _, kv := range c.Env {
					value := d.Fill(kv.Value) // ENV PORT=${PORT}, after ARG PORT=80
					if len(value) > maxValue {
						delete(d.Args, kv.Key)
						continue
					}
					if text, ok := unquoted(value); ok {
						value = text
					}
					d.Args[kv.Key] = value
				}
			}
		}
		line := 0
		if len(s.Location) > 0 {
			line = s.Location[0].Start.Line
		}
		d.Bases = append(d.Bases, fact.New(s.BaseName, fact.At(file, line, "FROM")))
		if leads[i] || !Developing(s.Name) {
			d.Runs = append(d.Runs, runs(file, s, named)...)
		}
		named[strings.ToLower(s.Name)] = env(file, s, named)
		of := Dockerfile{File: file, Args: d.Args}
		of.last(s.Commands)
		d.Brought = append(d.Brought, of.Copies...)
	}
	d.last(stages[len(stages)-1].Commands)
	d.place(stages)
	return d, nil
}

// last notes what the instructions of the last stage say.
func (d *Dockerfile) last(commands []instructions.Command) {
	var entry, cmd, entryFilled, cmdFilled []string
	for _, c := range commands {
		line := 0
		if l := c.Location(); len(l) > 0 {
			line = l[0].Start.Line
		}
		switch c := c.(type) {
		case *instructions.EntrypointCommand:
			entry, entryFilled = d.words(c.ShellDependantCmdLine)
			d.From = fact.At(d.File, line, "ENTRYPOINT")
		case *instructions.CmdCommand:
			cmd, cmdFilled = d.words(c.ShellDependantCmdLine)
			d.From = fact.At(d.File, line, "CMD")
		case *instructions.ExposeCommand:
			for _, p := range c.Ports {
				p = strings.TrimSuffix(p, "/tcp")
				if _, usual, ok := strings.Cut(p, ":-"); ok {
					p = strings.TrimSuffix(usual, "}") // ${PORT:-8080}
				}
				if n, err := strconv.Atoi(strings.TrimSuffix(d.Fill(p), "/tcp")); err == nil {
					d.Ports = append(d.Ports, fact.New(n, fact.At(d.File, line, "EXPOSE")))
				}
			}
		case *instructions.EnvCommand:
			for _, kv := range c.Env {
				if _, ok := unquoted(d.Fill(kv.Value)); ok {
					d.Env = append(d.Env, fact.New(kv.Key+"="+d.Args[kv.Key], fact.At(d.File, line, "ENV")))
				}
			}
		case *instructions.WorkdirCommand:
			to := d.Fill(c.Path)
			if d.Workdir = path.Join(d.Workdir, to); path.IsAbs(to) {
				d.Workdir = path.Clean(to)
			}
		case *instructions.RunCommand:
			d.made(c, fact.At(d.File, line, "RUN"))
			d.adds(c, fact.At(d.File, line, "RUN"))
		case *instructions.VolumeCommand:
			for _, folder := range c.Volumes {
				d.Volumes = append(d.Volumes, fact.New(d.Fill(folder), fact.At(d.File, line, "VOLUME")))
			}
		case *instructions.CopyCommand:
			if c.From == "" {
				d.Copies = append(d.Copies, d.copies(c.SourcesAndDest, fact.At(d.File, line, "COPY")))
			}
		case *instructions.AddCommand:
			d.Copies = append(d.Copies, d.copies(c.SourcesAndDest, fact.At(d.File, line, "ADD")))
		case *instructions.HealthCheckCommand:
			d.Asked = askedBy(strings.Join(c.Health.Test, " "), fact.At(d.File, line, "HEALTHCHECK"))
			if match := probed.FindStringSubmatch(strings.Join(c.Health.Test, " ")); match != nil {
				if n, err := strconv.Atoi(match[1]); err == nil {
					d.Probed = fact.New(n, fact.At(d.File, line, "HEALTHCHECK"))
				}
			}
		}
	}
	d.Command, d.Entry = append(append([]string{}, entry...), cmd...), len(entry)
	d.Filled = append(append([]string{}, entryFilled...), cmdFilled...)
}

// copies is what is copied, with its destination in the working directory so far.
func (d *Dockerfile) copies(c instructions.SourcesAndDest, from fact.Source) Copy {
	to := d.Fill(c.DestPath)
	if !path.IsAbs(to) {
		to = path.Join("/", d.Workdir, to)
	}
	if len(c.SourcePaths) > 1 || strings.HasSuffix(c.DestPath, "/") || path.Base(c.DestPath) == "." {
		to = strings.TrimSuffix(path.Clean(to), "/") + "/"
	}
	return Copy{Sources: c.SourcePaths, To: to, From: from}
}

// called are the words of each command of a RUN in shell form.
func called(c *instructions.RunCommand) [][]string {
	line, err := shell.Parse(strings.Join(c.CmdLine, " "))
	if err != nil || !c.PrependShell {
		return nil
	}
	var all [][]string
	for _, command := range line.Commands {
		if argv := command.Argv(); len(argv) > 0 {
			all = append(all, argv)
		}
	}
	return all
}

// made notes the folders that mkdir makes, in the working directory so far.
func (d *Dockerfile) made(c *instructions.RunCommand, from fact.Source) {
	for _, argv := range called(c) {
		if argv[0] != "mkdir" {
			continue
		}
		for _, folder := range argv[1:] {
			if strings.HasPrefix(folder, "-") || strings.ContainsAny(folder, "$*?{") {
				continue
			}
			if !path.IsAbs(folder) {
				folder = path.Join("/", d.Workdir, folder)
			}
			d.Made = append(d.Made, fact.New(path.Clean(folder), from))
		}
	}
}

// adds notes the packages that apk or apt-get installs.
func (d *Dockerfile) adds(c *instructions.RunCommand, from fact.Source) {
	for _, argv := range called(c) {
		installs := slices.ContainsFunc(argv, func(w string) bool { return w == "add" || w == "install" })
		if !installs || argv[0] != "apk" && argv[0] != "apt-get" && argv[0] != "apt" {
			continue
		}
		for _, name := range argv[1:] {
			if name, _, _ = strings.Cut(name, "="); name != "" && !strings.HasPrefix(name, "-") && name != "add" && name != "install" {
				d.Adds = append(d.Adds, fact.New(name, from))
			}
		}
	}
}

// probed is the port of an address of the container itself.
var probed = pattern.New(`(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):([0-9]{1,5})\b`)

// asked is the path of an address without encryption.
var asked = pattern.New(`http://[A-Za-z0-9_.-]+(?::[^/\s"']*)?(/[A-Za-z0-9._~/-]+)`)

// askedBy is the path that the command of a health check asks, unknown for none below "/".
func askedBy(command string, from fact.Source) fact.Of[string] {
	if match := asked.FindStringSubmatch(command); match != nil {
		return fact.New(match[1], from)
	}
	return fact.Of[string]{}
}

// arguments keeps the defaults of ARG.
func (d Dockerfile) arguments(args []instructions.KeyValuePairOptional) {
	for _, a := range args {
		if a.Value != nil {
			d.Args[a.Key] = *a.Value
		}
	}
}

// env are the variables that a stage sets or inherits from one above.
func env(file string, s instructions.Stage, named map[string][]Variable) []Variable {
	all := slices.Clone(named[strings.ToLower(s.BaseName)])
	for _, c := range s.Commands {
		all = with(all, file, c)
	}
	return all
}

// with are the variables after an instruction.
func with(all []Variable, file string, c instructions.Command) []Variable {
	set, ok := c.(*instructions.EnvCommand)
	if !ok {
		return all
	}
	for _, kv := range set.Env {
		all = slices.DeleteFunc(slices.Clone(all), func(v Variable) bool { return v.Name == kv.Key })
		if value, ok := unquoted(kv.Value); ok {
			all = append(all, Variable{kv.Key, value, fact.At(file, lineOf(c), "ENV")})
		}
	}
	return all
}

// unquoted is a value as it is written, without its quotes; ok is false where it has variables.
func unquoted(value string) (text string, ok bool) {
	if !strings.ContainsAny(value, "\"'\\$`") {
		return value, true // what acts in a shell does not in an ENV: a.db?mode=rw&cache=shared
	}
	line, err := shell.Parse("x " + value)
	if err != nil || len(line.Commands) != 1 || len(line.Commands[0].Words) != 2 || !line.Commands[0].Words[1].Literal() {
		return "", false
	}
	return line.Commands[0].Words[1].Text, true
}

// runs are the RUN instructions of a stage whose text a shell reads.
func runs(file string, s instructions.Stage, named map[string][]Variable) []Run {
	var all []Run
	set := slices.Clone(named[strings.ToLower(s.BaseName)])
	for _, c := range s.Commands {
		set = with(set, file, c)
		if r, ok := c.(*instructions.RunCommand); ok && r.PrependShell {
			all = append(all, Run{fact.New(strings.Join(r.CmdLine, " "), fact.At(file, lineOf(c), "RUN")), set})
		}
	}
	return all
}

// lineOf is the line on which an instruction starts.
func lineOf(c instructions.Command) int {
	if l := c.Location(); len(l) > 0 {
		return l[0].Start.Line
	}
	return 0
}

var errNoStage = errors.New("there is no stage")

// words are those of a command, of the last one where a shell runs several, as they are
// written, and with the values of variables.
func (d Dockerfile) words(c instructions.ShellDependantCmdLine) (written, filled []string) {
	text := strings.Join(c.CmdLine, " ")
	if !c.PrependShell {
		script, ok := shellScript(c.CmdLine)
		if !ok {
			return c.CmdLine, c.CmdLine
		}
		text = script
	}
	line, err := shell.Parse(text)
	if err != nil || len(line.Commands) == 0 {
		return nil, nil
	}
	last := line.Commands[len(line.Commands)-1]
	if len(last.Words) > 1 && last.Words[0].Text == "exec" {
		last.Words = last.Words[1:]
	}
	for _, w := range last.Words {
		filled = append(filled, d.Fill(w.Default()))
	}
	return last.Argv(), filled
}

// shellScript is what a shell is given to run: of sh -c TEXT and its like.
func shellScript(argv []string) (string, bool) {
	if len(argv) < 3 || !shells[path.Base(argv[0])] || !strings.HasPrefix(argv[1], "-") || !strings.HasSuffix(argv[1], "c") {
		return "", false
	}
	return argv[2], true
}

var shells = map[string]bool{"sh": true, "bash": true, "ash": true, "dash": true}
