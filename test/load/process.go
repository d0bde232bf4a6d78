package main

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
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

// tick is the unit of CPU times in /proc.
const tick = 10 * time.Millisecond

// cpu returns the CPU time that the process has used.
func (p *process) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, numbers, _ := strings.Cut(string(stat), ") ") // the name may hold blanks
	fields := strings.Fields(numbers)
	var ticks time.Duration
	for _, field := range fields[11:13] { // in user mode and in the kernel
		n, err := strconv.Atoi(field)
		if err != nil {
			return 0, err
		}
		ticks += time.Duration(n)
	}
	return ticks * tick, nil
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
