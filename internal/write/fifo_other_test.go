//go:build !unix

package write

import "errors"

// fifo makes a pipe in the file system, which this system has none of.
func fifo(string) error { return errors.ErrUnsupported }
