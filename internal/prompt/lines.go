package prompt

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
)

// Lines asks with numbered lists and reads whole lines: for a terminal that
// cannot move its cursor, a screen reader, or an editor's shell.
type Lines struct {
	In    io.Reader
	Out   io.Writer
	lines chan string // nil until the first question; closed at the end of the input
}

// Ask prints the question and reads a number, a value, or Enter for the default.
// It asks again until the answer is one of the choices.
func (l *Lines) Ask(ctx context.Context, q detect.Question) (string, error) {
	fmt.Fprintln(l.Out, q.Ask)
	names := labels(q)
	byDefault := ""
	for i, c := range q.Choices {
		if c.Value == q.Default || q.Default == "" && i == 0 {
			byDefault = strconv.Itoa(i + 1)
		}
		fmt.Fprintf(l.Out, "  %d) %s", i+1, names[i])
		if c.Says != "" {
			fmt.Fprintf(l.Out, " - %s", c.Says)
		}
		fmt.Fprintln(l.Out)
	}
	if len(q.Choices) == 0 {
		byDefault = q.Default
	}
	for {
		fmt.Fprintf(l.Out, "[%s] ", byDefault)
		line, err := l.read(ctx)
		if err != nil {
			return "", err
		}
		if line == "" {
			line = byDefault
		}
		if len(q.Choices) == 0 {
			return line, nil
		}
		if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(q.Choices) {
			return q.Choices[n-1].Value, nil
		}
		if i := slices.IndexFunc(q.Choices, func(c detect.Choice) bool { return c.Value == line }); i >= 0 {
			return line, nil
		}
		fmt.Fprintf(l.Out, "a number from 1 to %d, please\n", len(q.Choices))
	}
}

// read waits for a line or the end of the context: Ctrl-C does not end a read.
func (l *Lines) read(ctx context.Context) (string, error) {
	if l.lines == nil {
		l.lines = make(chan string)
		go func() {
			defer close(l.lines)
			for s := bufio.NewScanner(l.In); s.Scan(); {
				l.lines <- strings.TrimSpace(s.Text())
			}
		}()
	}
	select {
	case <-ctx.Done():
		fmt.Fprintln(l.Out) // the answer was not ended with Enter
		return "", ErrInterrupted
	case line, ok := <-l.lines:
		if !ok {
			fmt.Fprintln(l.Out)
			return "", ErrInterrupted
		}
		return line, nil
	}
}
