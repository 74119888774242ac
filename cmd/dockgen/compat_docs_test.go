package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockgen/dockgen/internal/builder"
)

// abilityWords are the abilities as people write them, in the order of the table.
var abilityWords = []struct {
	ability builder.Ability
	says    string
}{
	{builder.Syntax, "`# syntax=`"},
	{builder.Link, "`COPY --link`"},
	{builder.Chmod, "`COPY --chmod`"},
	{builder.Exclude, "`COPY --exclude`"},
	{builder.Heredocs, "heredocs"},
	{builder.CacheMounts, "cache mounts"},
	{builder.Secrets, "secret mounts"},
	{builder.SecretVariables, "secrets as variables"},
	{builder.Platforms, "`$BUILDPLATFORM`, `$TARGETARCH`"},
	{builder.NamedIgnore, "`NAME.dockerignore`"},
}

// TestDocsCompat holds docs/compat.md to the data.
func TestDocsCompat(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, `# Other builders than BuildKit

`+"`--compat NAME`"+` (or `+"`compat: NAME` in `.dockgen.yaml`"+`) writes the Dockerfile for another builder. It changes the
syntax, not the result: the image has the same stages, files, variables, user and commands. This is the data that
dockgen goes by, looked up on %s; the page is made of it.

|`, builder.Date())
	for _, builds := range builder.All() {
		fmt.Fprintf(&b, " | `%s`", builds.Name)
	}
	b.WriteString(" |\n|---" + strings.Repeat("|---", len(builder.All())) + "|\n")
	for _, a := range abilityWords {
		b.WriteString("| " + a.says)
		for _, builds := range builder.All() {
			fmt.Fprintf(&b, " | %s", map[bool]string{true: "yes", false: "no"}[builds.Can(a.ability)])
		}
		b.WriteString(" |\n")
	}
	b.WriteString(`
What a builder lacks is said in other words:

- **Cache mounts** go, and each build downloads and compiles anew; the folders are emptied where the image would have them.
- **Heredocs** become a ` + "`RUN printf`" + ` that writes the same file.
- **` + "`--chmod`" + `** becomes a ` + "`RUN chmod`" + ` in the stage that the files come from; **` + "`--link`" + `** only goes.
- **Secrets as variables** are read from the secret's file. Where a builder has no secrets and the build needs one, dockgen
  stops: there is no other way that keeps the secret out of the image.
- **Platform variables** go: the image is for the machine's own platform.
- Where only ` + "`.dockerignore`" + ` is read, the ignore file has that name, at the root of the build context.

What has no other words, such as a bind mount in a template of your own, is an error that names the line.
`)
	for _, builds := range builder.All() {
		fmt.Fprintf(&b, "\n## `%s`: %s\n\n%s. Built with:\n\n    %s\n\nSource: %s.\n", builds.Name, builds.Title, strings.ToUpper(builds.Says[:1])+builds.Says[1:], usage(builds.Command), builds.Source)
	}
	published(t, "../../docs/compat.md", b.String())
}

// usage is a build command with words for what stands in it.
func usage(command []string) string {
	return strings.NewReplacer("{-f}", "[-f FILE]", "{secrets}", "[--secret ...]", "{tag}", "NAME", "{context}", "CONTEXT", "{file}", "FILE").Replace(strings.Join(command, " "))
}
