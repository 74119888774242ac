// Command refresh brings the catalogue up to date from public sources: when support
// of each version line ends, and which lines are new, from endoflife.date; which tags
// exist, from the registries. It is run by make catalogue, for a person to read the
// difference and commit it; dockgen itself never looks anything up.
//
// The one odd rule: what could not be verified stays as it is, and is named.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

func main() {
	data := flag.String("data", "internal/catalogue/data", "folder of the catalogue")
	dry := flag.Bool("n", false, "only say what would change")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r := &refresh{sources: &sources{client: &http.Client{Timeout: 30 * time.Second}}, today: time.Now().UTC().Format(time.DateOnly), out: os.Stdout}
	if err := r.folder(ctx, *data, *dry); err != nil {
		fmt.Fprintln(os.Stderr, "refresh:", err)
		os.Exit(1)
	}
}

// folder refreshes the files of a folder.
func (r *refresh) folder(ctx context.Context, dir string, dry bool) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s: there is no catalogue", dir)
	}
	for _, file := range files {
		old, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		text, err := r.file(ctx, old)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if string(text) == string(old) {
			fmt.Fprintf(r.out, "%s: as it was\n", filepath.Base(file))
			continue
		}
		fmt.Fprintf(r.out, "%s: changed\n", filepath.Base(file))
		if dry {
			continue
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
	}
	if r.unverified > 0 {
		fmt.Fprintf(r.out, "not verified, and left as they were: %d; the date of their files stays\n", r.unverified)
	}
	return nil
}
