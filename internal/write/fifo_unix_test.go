//go:build unix

package write

import "syscall"

// fifo makes a pipe in the file system.
func fifo(p string) error { return syscall.Mkfifo(p, 0o644) }
