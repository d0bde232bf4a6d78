package server

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/internal/files"
)

// TestAutoReload goes through what happens to a configuration file.
func TestAutoReload(t *testing.T) {
	directory := t.TempDir()
	path := filepath.Join(directory, "x.yml")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(directory, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := func(target string) { // as Kubernetes does
		t.Helper()
		temporary := filepath.Join(directory, "new")
		if err := os.Symlink(target, temporary); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(temporary, path); err != nil {
			t.Fatal(err)
		}
	}
	write("a", "a")
	write("b", "b")
	link("a")
	synctest.Test(t, func(t *testing.T) {
		a := AutoReload{Files: files.NewReader(), File: path, Interval: time.Minute}
		var reloads atomic.Int32
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- a.onChange(ctx, a.digest(), func() { reloads.Add(1) }) }()
		step := func(name string, change func(), after time.Duration, want int) {
			t.Helper()
			change()
			reloads.Store(0)
			time.Sleep(after)
			synctest.Wait()
			if got := reloads.Load(); int(got) != want {
				t.Errorf("%s: %d reloads, want %d", name, got, want)
			}
		}
		step("nothing", func() {}, time.Hour+time.Second, 0)
		step("another link", func() { link("b") }, 2*time.Minute, 1)
		step("the same content", func() { write("c", "b"); link("c") }, time.Hour, 0)
		step("touched", func() { write("c", "b") }, time.Hour, 0)
		step("half written", func() { write("c", "hal") }, time.Minute, 0)
		step("still being written", func() { write("c", "half of") }, time.Minute, 0)
		step("written", func() { write("c", "half of it") }, 10*time.Minute, 1)
		step("gone", func() { os.Remove(path) }, time.Hour, 0)
		step("back", func() { link("c") }, time.Hour, 0)
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
