package render

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/builder"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

var (
	flagHead = pattern.New(`^\s*[A-Za-z]+`)
	flagNext = pattern.New(`^((?:[ \t]|\\[ \t]*\n)+)(--[a-z-]+(?:=(?:"[^"]*"|\S)*)?)`)
	blanks   = pattern.New(`^(?:[ \t]|\\[ \t]*\n)+`)
)

// flags drops the flags of an instruction that the builder does not understand and
// whose absence changes nothing, or for which clean and modes make amends.
func (s *suiting) flags(in *suited) {
	head := flagHead.FindString(in.text)
	rest := in.text[len(head):]
	var before string // commands that a lost flag is replaced by
	for m := flagNext.FindStringSubmatch(rest); m != nil; m = flagNext.FindStringSubmatch(rest) {
		rest = rest[len(m[0]):]
		flag, command := s.flag(in, m[2])
		if flag != m[2] {
			in.changed = true
		}
		if before != "" && command != "" {
			before += " \\\n    "
		}
		before += command
		if flag != "" {
			head += m[1] + flag
		}
	}
	if !in.changed {
		return
	}
	gap := blanks.FindString(rest)
	rest = rest[len(gap):]
	if !strings.Contains(head, "--") || gap == "" {
		gap = " "
	}
	if before != "" {
		before += " \\\n    "
	}
	in.text = head + gap + before + rest
}

// flag is what becomes of one flag: itself, another, or "" and perhaps a command to
// run first.
func (s *suiting) flag(in *suited, flag string) (left, command string) {
	ability, foreign := abilityOf(in.word, flag)
	if !foreign || s.builder.Can(ability) {
		return flag, ""
	}
	_, value, _ := strings.Cut(flag, "=")
	m := parseMount(value)
	isExec := strings.HasPrefix(strings.TrimSpace(in.Next.Value), "[") || in.Attributes["json"]
	switch ability {
	case builder.Link, builder.Platforms:
		return "", ""
	case builder.CacheMounts:
		in.caches = append(in.caches, m["target"])
		return "", ""
	case builder.Secrets:
		if m["required"] == "" || m["required"] == "false" {
			return "", "" // what is not required is not there
		}
	case builder.SecretVariables:
		file := m["target"]
		if file == "" {
			file = "/run/secrets/" + m["id"]
		}
		if !isExec && s.builder.Can(builder.Secrets) {
			return strings.Replace(flag, ",env="+m["env"], "", 1), fmt.Sprintf(`%[1]s="$(cat %[2]s%[3]s)" && export %[1]s &&`, m["env"], file, ifThere(m))
		}
		if m["required"] == "" && !s.builder.Can(builder.Secrets) {
			return "", ""
		}
	case builder.Exclude:
		// More of the sources come into a stage of the build; into the image they would not belong.
		if in.word == "COPY" && in.stage < len(s.from)-1 && strings.HasPrefix(flag, "--exclude") {
			return "", ""
		}
	case builder.Chmod:
		if len(in.Heredocs) > 0 || s.source(in) >= 0 && in.toName() {
			return "", "" // heredoc and modes see to it
		}
	}
	return flag, ""
}

// ifThere ends a command that prints a secret which need not be given.
func ifThere(m map[string]string) string {
	if m["required"] == "" || m["required"] == "false" {
		return " 2>/dev/null || true"
	}
	return ""
}

// flagOf is the value of a flag that the instruction was written with.
func (in *suited) flagOf(name string) string {
	for _, f := range in.Flags {
		if value, ok := strings.CutPrefix(f, "--"+name+"="); ok {
			return value
		}
	}
	return ""
}

// source is the stage that a COPY takes its files from, or -1.
func (s *suiting) source(in *suited) int {
	if from := in.flagOf("from"); from != "" && in.word == "COPY" {
		return s.stageOf(from)
	}
	return -1
}

// arguments are the words of a COPY, the destination last.
func (in *suited) arguments() []string {
	var all []string
	for n := in.Next; n != nil; n = n.Next {
		all = append(all, n.Value)
	}
	return all
}

// heredoc turns a file within the Dockerfile into a command that writes it.
func (s *suiting) heredoc(in *suited) {
	words := in.arguments()
	if s.builder.Can(builder.Heredocs) || in.word != "COPY" || len(in.Heredocs) != 1 || len(words) != 2 {
		return
	}
	doc := in.Heredocs[0]
	if doc.Expand && strings.ContainsAny(doc.Content, `$\`) {
		return
	}
	to := words[1]
	if strings.HasSuffix(to, "/") {
		to += doc.Name
	}
	var b strings.Builder
	if s.setsUser(in) {
		b.WriteString("USER 0\n") // as COPY writes; the stage sets its user below
	}
	if strings.Contains(doc.Content, "$") {
		b.WriteString("# hadolint ignore=SC2016\n") // what looks like variables is the file's
	}
	b.WriteString("RUN ")
	if dir := path.Dir(to); strings.Count(to, "/") > 1 {
		b.WriteString("mkdir -p " + shellWord(dir) + " && ")
	}
	b.WriteString(`printf '%s\n'`)
	for _, line := range strings.Split(strings.TrimSuffix(doc.Content, "\n"), "\n") {
		b.WriteString(" \\\n    " + shellWord(line))
	}
	b.WriteString(" \\\n    > " + shellWord(to))
	for flag, command := range map[string]string{"chmod": "chmod", "chown": "chown"} {
		if value := in.flagOf(flag); value != "" {
			b.WriteString(" && " + command + " " + shellWord(value) + " " + shellWord(to))
		}
	}
	in.text, in.changed = b.String(), true
}

// setsUser reports whether the stage of an instruction sets its user after it.
func (s *suiting) setsUser(in *suited) bool {
	return slices.ContainsFunc(s.all, func(o *suited) bool {
		return o.word == "USER" && o.stage == in.stage && o.StartLine > in.StartLine
	})
}

// shellWord is a word in single quotes, whatever it holds.
func shellWord(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_@%+=:,./-", r))
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'"
}

var (
	platformName = pattern.New(`^(BUILD|TARGET)(PLATFORM|OS|ARCH|VARIANT)$`)
	platformWord = pattern.New(`[ \t][A-Za-z_][A-Za-z0-9_]*="?\$\{?(?:BUILD|TARGET)(?:PLATFORM|OS|ARCH|VARIANT)\b[^"\s]*"?`)
)

// platforms takes out the variables that a builder for one platform does not set.
func (s *suiting) platforms(in *suited) {
	switch {
	case s.builder.Can(builder.Platforms):
	case in.word == "ARG":
		names := in.arguments()
		left := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return platformName.MatchString(n) })
		if len(left) == len(names) {
			return
		}
		in.changed, in.text = true, ""
		if len(left) > 0 {
			in.text = "ARG " + strings.Join(left, " ")
		}
	case in.word == "RUN" && platformWord.MatchString(in.text):
		in.text, in.changed = platformWord.ReplaceAllString(in.text, ""), true
	}
}

// modes gives files their mode in the stage that they are copied from, where the
// copy cannot. The copy is then of a folder that holds just them: of a folder itself
// the classic builder copies what is in it, not the mode.
func (s *suiting) modes() {
	n := 0
	for _, in := range s.all {
		mode, from := in.flagOf("chmod"), s.source(in)
		if s.builder.Can(builder.Chmod) || mode == "" || from < 0 || !in.toName() {
			continue
		}
		n++
		words := in.arguments()
		folder, name := fmt.Sprintf("/copy-%d", n), shellWord(path.Base(words[1]))
		last := s.last(from, func(*suited) bool { return true })
		last.add += fmt.Sprintf("RUN mkdir %[1]s && cp -R %[2]s %[1]s/%[3]s && chmod -R %[4]s %[1]s/%[3]s\n", folder, shellWord(words[0]), name, mode)
		last.changed = true
		to := strings.TrimSuffix(path.Dir(words[1]), "/") + "/"
		in.text = strings.TrimSuffix(in.text, words[0]+" "+words[1]) + folder + "/ " + to
	}
}

// toName reports whether a COPY gives one file or folder a name, in plain words.
func (in *suited) toName() bool {
	words := in.arguments()
	return len(words) == 2 && !strings.HasSuffix(words[1], "/") && path.Base(words[1]) != "." && strings.HasSuffix(in.text, " "+words[0]+" "+words[1])
}

// last is the last instruction of a stage for which something holds, or nil.
func (s *suiting) last(stage int, holds func(*suited) bool) *suited {
	for _, in := range slices.Backward(s.all) {
		if in.stage == stage && holds(in) {
			return in
		}
	}
	return nil
}

// clean empties the folders that were cache mounts, where the image, or what is
// copied into it, would have them.
func (s *suiting) clean() {
	done := map[string]bool{}
	clean := func(stage int, covered func(target string) bool) {
		for ; stage >= 0; stage = s.parent(stage) {
			for _, in := range s.all {
				if in.stage != stage {
					continue
				}
				for _, target := range in.caches {
					key := fmt.Sprint(stage, target)
					if done[key] || !covered(target) {
						continue
					}
					done[key] = true
					last := s.last(stage, func(o *suited) bool { return slices.Contains(o.caches, target) })
					last.text += " && \\\n    rm -rf " + shellWord(target)
				}
			}
		}
	}
	clean(len(s.from)-1, func(string) bool { return true })
	for _, in := range s.all {
		if from := s.source(in); from >= 0 {
			words := in.arguments()
			for _, source := range words[:len(words)-1] {
				clean(from, func(target string) bool { return repo.Within(path.Clean(source), path.Clean(target)) })
			}
		}
	}
}
