package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-git/go-billy/v5"
	"golang.org/x/term"

	"github.com/dockgen/dockgen/internal/repo"
)

const patience = 700 * time.Millisecond // before a look shows that it is still at work

// progressOn is where a long look shows that it is at work: a terminal that can
// write a line anew, else nil.
func progressOn(f *os.File, termName string) io.Writer {
	if !term.IsTerminal(int(f.Fd())) || termName == "dumb" || termName == "" {
		return nil
	}
	return f
}

// watch counts what is read of a file system, and shows it from time to time until
// it is stopped, which clears the line. Without a writer it does nothing.
func watch(w io.Writer, root billy.Filesystem) (files billy.Filesystem, stop func()) {
	if w == nil {
		return root, func() {}
	}
	counted := &counting{Filesystem: root}
	done, cleared := make(chan struct{}), make(chan struct{})
	go counted.show(w, done, cleared)
	return counted, sync.OnceFunc(func() {
		close(done)
		<-cleared
	})
}

// counting counts the folders that are listed and the files that are opened.
type counting struct {
	billy.Filesystem
	folders, files atomic.Int64
}

func (c *counting) List(dir string) ([]fs.DirEntry, error) {
	c.folders.Add(1)
	return repo.List(c.Filesystem, dir)
}

func (c *counting) Open(name string) (billy.File, error) {
	c.files.Add(1)
	return c.Filesystem.Open(name)
}

func (c *counting) OpenFile(name string, flag int, mode os.FileMode) (billy.File, error) {
	c.files.Add(1)
	return c.Filesystem.OpenFile(name, flag, mode)
}

func (c *counting) show(w io.Writer, done, cleared chan struct{}) {
	defer close(cleared)
	tick := time.NewTicker(patience)
	defer tick.Stop()
	line := ""
	for {
		select {
		case <-tick.C:
			line = fmt.Sprintf("Looking: %d folders, %d files read", c.folders.Load(), c.files.Load())
			fmt.Fprintf(w, "\r%s", line)
		case <-done:
			if line != "" {
				fmt.Fprintf(w, "\r%s\r", strings.Repeat(" ", len(line)))
			}
			return
		}
	}
}
