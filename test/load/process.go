package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// process is a program that this one has started.
type process struct {
	cmd *exec.Cmd
	url string
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait() // how it ends is not measured
}

// cpu returns the CPU time that the process has used: the sum of its threads,
// which live as long as a Go program does, nearly always.
func (p *process) cpu() (total time.Duration, err error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for _, thread := range threads {
		var running time.Duration // in nanoseconds
		stat, err := os.ReadFile(thread)
		if err != nil {
			return 0, err
		}
		if _, err := fmt.Sscan(string(stat), &running); err != nil {
			return 0, err
		}
		total += running
	}
	return total, nil
}

// memory is what a process holds, in bytes.
type memory struct {
	now, peak float64 // resident
	file      float64 // the part of now that is pages of the binary, which the kernel can drop
}

// memory returns what the process holds.
func (p *process) memory() (memory, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return memory{}, err
	}
	sizes := map[string]float64{}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		var kilobytes float64
		if _, err := fmt.Sscanf(value, "%g kB", &kilobytes); err == nil {
			sizes[name] = kilobytes * 1024
		}
	}
	return memory{now: sizes["VmRSS"], peak: sizes["VmHWM"], file: sizes["RssFile"]}, nil
}
