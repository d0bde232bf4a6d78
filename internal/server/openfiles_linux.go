package server

import (
	"math"
	"syscall"
)

// openFiles returns how many files the process may have open.
func openFiles() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return math.MaxUint64 // unknown, so it bounds nothing
	}
	return limit.Cur
}
