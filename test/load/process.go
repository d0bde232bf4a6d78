package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// process is a program that this one has started.
type process struct {
	cmd *exec.Cmd
	url string
}

// listen starts an exporter on a free port and waits until it listens.
func listen(ctx context.Context, binary string, flags ...string) (*process, error) {
	cmd := exec.CommandContext(ctx, binary, append(flags, "--web.listen-address=127.0.0.1:0")...)
	cmd.Env = []string{} // no GOMEMLIMIT
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	log := bufio.NewScanner(stderr)
	listening := regexp.MustCompile(`msg="Listening on" address=(\S+)`)
	for log.Scan() {
		if match := listening.FindStringSubmatch(log.Text()); match != nil {
			go func() { _, _ = io.Copy(io.Discard, stderr) }() // ends with the process
			return &process{cmd: cmd, url: "http://" + match[1]}, nil
		}
	}
	return nil, fmt.Errorf("%s did not start: %w", binary, cmd.Wait())
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
