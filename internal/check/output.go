package check

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Mend makes the fixes of the findings that nobody ignores, and returns the text
// and the findings that are left.
func Mend(text string, findings []Finding) (string, []Finding) {
	lines := strings.Split(text, "\n")
	var left []Finding
	for _, f := range slices.Backward(findings) { // from the end, so that line numbers hold
		if f.Fix == nil || f.Ignored != "" {
			left = append([]Finding{f}, left...)
			continue
		}
		mended := f.Fix.Text
		if strings.HasSuffix(lines[f.Fix.Last-1], "\r") { // the file's line breaks stay what they are
			mended = strings.ReplaceAll(mended, "\n", "\r\n") + "\r"
		}
		lines = slices.Replace(lines, f.Fix.First-1, f.Fix.Last, mended)
	}
	return strings.Join(lines, "\n"), left
}

var (
	escapeMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// GitHub are the findings as workflow commands, which GitHub shows in the pull request
// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions, read 2026-11).
func GitHub(findings []Finding) string {
	words := map[Level]string{Error: "error", Warning: "warning", Note: "notice"}
	var b strings.Builder
	for _, f := range findings {
		if f.Ignored != "" {
			continue
		}
		fmt.Fprintf(&b, "::%s file=%s,line=%d,endLine=%d,title=%s::%s\n", words[f.Level], escapeProperty.Replace(f.File), f.Line, f.Last, escapeProperty.Replace(f.Code+" "+f.Name), escapeMessage.Replace(f.Text))
	}
	return b.String()
}

// The parts of SARIF 2.1.0 that we write
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		URI     string      `json:"informationUri"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Name  string    `json:"name"`
		Short sarifText `json:"shortDescription"`
		Full  sarifText `json:"fullDescription"`
		URI   string    `json:"helpUri"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		Rule         string             `json:"ruleId"`
		Level        Level              `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifSuppression struct {
		Kind string `json:"kind"`
		Why  string `json:"justification"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region struct {
				First int `json:"startLine"`
				Last  int `json:"endLine"`
			} `json:"region"`
		} `json:"physicalLocation"`
	}
)

const home = "https://github.com/dockgen/dockgen"

// SARIF is the log of the findings, for code scanning services. Ignored findings
// are in it as suppressed.
func SARIF(version string, findings []Finding) any {
	var run sarifRun
	run.Tool.Driver = sarifDriver{Name: "dockgen", Version: version, URI: home}
	for _, r := range rules() {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{ID: r.Code, Name: r.Name, Short: sarifText{r.Short}, Full: sarifText{r.Doc}, URI: home + "/blob/main/docs/rules/" + r.Code + ".md"})
	}
	run.Results = []sarifResult{}
	for _, f := range findings {
		var at sarifLocation
		at.Physical.Artifact.URI = (&url.URL{Path: f.File}).String() // a relative address, escaped
		at.Physical.Region.First, at.Physical.Region.Last = f.Line, f.Last
		result := sarifResult{Rule: f.Code, Level: f.Level, Message: sarifText{f.Text}, Locations: []sarifLocation{at}}
		if f.Ignored != "" {
			result.Suppressions = []sarifSuppression{{Kind: "inSource", Why: f.Ignored}}
		}
		run.Results = append(run.Results, result)
	}
	return sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}}
}
