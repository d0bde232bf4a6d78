package statefile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
	"go.uber.org/goleak"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/files"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

const url = "https://acme.thulium.com"

// settings are those of a centre that never closes.
func settings(t testing.TB) progress.Lookup {
	t.Helper()
	calendar, err := business.New(business.Spec{Holidays: []string{"none"}, Windows: []business.Window{{
		Weekdays: []string{"monday:sunday"}, Times: []business.TimeRange{{Start: "00:00", End: "24:00"}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	s := &progress.Settings{StalledAfter: 2 * time.Hour, StalledUntil: 98, StallAlert: true, Calendar: calendar}
	return func(string) *progress.Settings { return s }
}

// worked returns a system whose campaigns were seen for ten minutes until at.
func worked(t testing.TB, name string, at time.Time, campaigns int) Entry {
	t.Helper()
	tracker := progress.New(settings(t))
	list := make([]thulium.Campaign, campaigns)
	for minute := range 10 {
		for i := range list {
			list[i] = thulium.Campaign{ID: fmt.Sprintf("%05d", i), Records: 1324, CompletionPercent: float64(i%90) + float64(minute)/100}
		}
		tracker.Update(at.Add(time.Duration(minute-9)*time.Minute), slices.Clone(list[minute%2*campaigns/9:]))
	}
	return Entry{Name: name, URL: url, Tracker: tracker}
}

func newPath(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "state.json")
}

// inFile returns the path of a file with that content.
func inFile(t testing.TB, content string) string {
	t.Helper()
	path := newPath(t)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// encoded returns the content of a file with entries.
func encoded(t testing.TB, entries ...Entry) string {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, slices.Values(entries)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func save(s *Store, entries ...Entry) { s.save(slices.Values(entries), ioLimit) }

// run starts s.Run, and returns a function that stops it and waits for its end.
func run(t *testing.T, s *Store, entries iter.Seq[Entry]) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx, entries)
	}()
	return func() { cancel(); <-done }
}

// logged returns a logger and what it wrote.
func logged() (log.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return log.NewLogfmtLogger(log.NewSyncWriter(&b)), &b
}

// warned fails unless there was a single warning, with that text; none if it is
// empty.
func warned(t testing.TB, out *bytes.Buffer, text string) {
	t.Helper()
	if got := strings.Count(out.String(), "level=warn"); got != min(1, len(text)) || !strings.Contains(out.String(), text) {
		t.Errorf("want a warning %q, got %s", text, out)
	}
}

func successful(t testing.TB, s *Store, want bool) {
	t.Helper()
	if got := s.LastWriteSuccessful(); got != want {
		t.Errorf("successful: %t", got)
	}
}

// know fails unless the store restores what the system's tracker knows.
func know(t testing.TB, s *Store, e Entry) {
	t.Helper()
	if got, want := saved(s.Tracker(e.Name, e.URL, settings(t))), saved(e.Tracker); got != want {
		t.Errorf("restored %s\nwant     %s", got, want)
	}
}

func saved(t *progress.Tracker) string {
	text, err := json.Marshal(t.Save())
	return fmt.Sprintf("%s%v", text, err)
}

// knowNothing fails if the store restores anything.
func knowNothing(t testing.TB, s *Store) {
	t.Helper()
	if r := s.Tracker("acme", url, settings(t)).Report(); r != nil {
		t.Errorf("restored a report of %s", r.At)
	}
}

// alone fails if there are other files in the directory of one.
func alone(t testing.TB, path string) {
	t.Helper()
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) > 1 {
		t.Errorf("left over: %v, %v", entries, err)
	}
}

func TestRestore(t *testing.T) {
	a, b := worked(t, "acme", time.Now(), 50), worked(t, `b"\é<`, time.Now(), 1)
	empty := Entry{Name: "new", URL: url, Tracker: progress.New(settings(t))}
	logger, out := logged()
	s := Open(inFile(t, encoded(t, a, empty, b)), logger)
	if r := s.Tracker("acme", "https://other.example.com", settings(t)).Report(); r != nil {
		t.Errorf("another URL: restored %+v", r)
	}
	know(t, s, a)
	know(t, s, b)
	know(t, s, empty)
	knowNothing(t, s) // twice
	warned(t, out, "")
	successful(t, s, true)
}

// TestEarlierVersion restores a file that the binary of commit 3fc67ef wrote.
func TestEarlierVersion(t *testing.T) {
	content, err := os.ReadFile("testdata/3fc67ef.json")
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	knows := text[strings.Index(text, `{"at"`):strings.LastIndex(text, "}\n]")]
	for name, text := range map[string]string{
		"as written": text,
		"with unknown members": strings.NewReplacer(
			`"systems"`, `"written":{"by":[1]},"systems"`, `"name"`, `"pools":[],"name"`, `"id"`, `"order":1,"id"`,
		).Replace(text),
		"in another layout": indented(t, text),
	} {
		f, err := load(inFile(t, text), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		tracker := progress.Restore(f.saved[key{"default", "http://127.0.0.1:18099"}], settings(t))
		if got := saved(tracker); got != knows+"<nil>" {
			t.Errorf("%s: restored %s\nwant %s", name, got, knows)
		}
	}
}

func indented(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMissingMembers(t *testing.T) {
	s := Open(inFile(t, `{"version":1,"systems":[
{"name":"acme","url":"`+url+`","tracker":{"at":"2026-05-11T06:00:00Z","campaigns":[{"id":"00001"}]}}
]}`), log.NewNopLogger())
	if r := s.Tracker("acme", url, settings(t)).Report(); r == nil || r.Len() != 1 {
		t.Errorf("restored %+v", r)
	}
}

func TestNoFile(t *testing.T) {
	for _, path := range []string{"", newPath(t)} {
		logger, out := logged()
		s := Open(path, logger)
		knowNothing(t, s)
		warned(t, out, "")
		successful(t, s, true)
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%q: %v", path, err)
		}
	}
}

func TestTheFutureIsSkipped(t *testing.T) {
	logger, out := logged()
	s := Open(inFile(t, encoded(t, worked(t, "acme", time.Now().Add(time.Hour), 3))), logger)
	knowNothing(t, s)
	warned(t, out, "from the future")
	successful(t, s, true)
}

// TestBrokenFiles: whatever is in the file, nothing half is restored, and it is
// kept.
func TestBrokenFiles(t *testing.T) {
	text := encoded(t, worked(t, "acme", time.Now(), 5))
	for name, content := range map[string]string{
		"empty":             "",
		"half":              text[:len(text)/2],
		"a byte short":      strings.TrimRight(text, "}\n"),
		"more behind":       text + "{",
		"zeros":             strings.Repeat("\x00", 4096),
		"another version":   strings.Replace(text, `"version":1`, `"version":2`, 1),
		"no version":        `{"systems":[]}`,
		"nothing":           `{}`,
		"an array":          "[]",
		"systems are none":  `{"version":1,"systems":7}`,
		"text":              "idle times\n",
		"percent of 101":    strings.Replace(text, `"percent":`, `"percent":101,"x":`, 1),
		"negative idle":     strings.Replace(text, `"records":`, `"idle":-5,"records":`, 1),
		"an ID twice":       strings.Replace(text, `"id":"00001"`, `"id":"00000"`, 1),
		"no ID":             strings.Replace(text, `"id":"00000"`, `"id":""`, 1),
		"time that is none": strings.Replace(text, `"at":"`, `"at":"yesterday `, 1),
		"no time":           strings.Replace(text, `"at":`, `"then":`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			if content == text {
				t.Fatal("it is valid")
			}
			path := inFile(t, content)
			logger, out := logged()
			s := Open(path, logger)
			knowNothing(t, s)
			warned(t, out, "file="+path+".broken err=")
			successful(t, s, true)
			if kept, err := os.ReadFile(path + ".broken"); err != nil || string(kept) != content {
				t.Errorf("kept %q, %v", kept, err)
			}
			e := worked(t, "acme", time.Now(), 2)
			save(s, e)
			know(t, Open(path, logger), e)
		})
	}
}

// TestHugeFile: a file that nothing here has written costs no memory.
func TestHugeFile(t *testing.T) {
	path := inFile(t, "")
	if err := os.Truncate(path, 600<<20); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	logger, out := logged()
	successful(t, Open(path, logger), true)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
		t.Errorf("allocated %d bytes", took)
	}
	warned(t, out, `err="it has 600 MiB, and at most 256 MiB are read"`)
}

// FuzzLoad: truncated anywhere, and with any byte changed, the file restores nothing
// or something whole.
func FuzzLoad(f *testing.F) {
	whole := encoded(f, worked(f, "acme", time.Now(), 2))
	f.Add([]byte(whole))
	f.Add([]byte(whole[:len(whole)/2]))
	lookup := settings(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		f, err := decode(content, time.Now())
		if err != nil {
			return
		}
		for _, saved := range f.saved {
			tracker := progress.Restore(saved, lookup)
			if err := tracker.Save().Validate(); err != nil {
				t.Errorf("what was restored cannot be saved: %v", err)
			}
			for c := range tracker.Report().Campaigns() {
				if c.Idle < 0 && c.Idle != -1 {
					t.Errorf("negative idle time: %+v", c)
				}
			}
		}
	})
}

// TestNoRegularFile: a device or pipe is neither read, which might never end, nor
// replaced.
func TestNoRegularFile(t *testing.T) {
	directory := t.TempDir()
	fifo, link, loop := filepath.Join(directory, "fifo"), filepath.Join(directory, "link"), filepath.Join(directory, "loop")
	if err := exec.CommandContext(t.Context(), "mkfifo", fifo).Run(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Symlink("/dev/zero", link), os.Symlink(loop, loop)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{directory, fifo, link, loop} {
		before, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		logger, out := logged()
		s := Open(path, logger)
		knowNothing(t, s)
		save(s, worked(t, "acme", time.Now(), 2))
		if after, err := os.Lstat(path); err != nil || after.Mode() != before.Mode() {
			t.Errorf("%s was replaced: %v, %v", path, after, err)
		}
		warned(t, out, "could not be read")
		successful(t, s, false)
	}
}

// TestSymbolicLink: the target is replaced, and the link stays.
func TestSymbolicLink(t *testing.T) {
	e := worked(t, "acme", time.Now(), 2)
	for name, content := range map[string]string{"file": encoded(t, e), "invalid": "{", "dangling": ""} {
		t.Run(name, func(t *testing.T) {
			directory, target := t.TempDir(), newPath(t)
			if content != "" {
				target = inFile(t, content)
			}
			first, link := filepath.Join(directory, "first"), filepath.Join(directory, "link")
			if err := errors.Join(os.Symlink(target, first), os.Symlink("first", link)); err != nil {
				t.Fatal(err)
			}
			logger, out := logged()
			s := Open(link, logger)
			if name == "file" {
				know(t, s, e)
			}
			save(s, e)
			for _, path := range []string{link, first} {
				if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeSymlink == 0 {
					t.Errorf("%s is no link any more: %v, %v", path, info, err)
				}
			}
			know(t, Open(target, logger), e)
			if name == "invalid" {
				warned(t, out, target+".broken")
			} else {
				warned(t, out, "")
				alone(t, target)
			}
		})
	}
}

// TestUnwritable: that the file cannot be written is said at the start, and once;
// then nothing stops working.
func TestUnwritable(t *testing.T) {
	missing, readOnly := newPath(t), t.TempDir()
	missing = filepath.Join(missing, "state.json")
	if err := os.Chmod(readOnly, 0o500); err != nil {
		t.Fatal(err)
	}
	paths := []string{missing, filepath.Join(filepath.Dir(missing), "deeper", "state.json")}
	if os.Geteuid() != 0 { // who may write everywhere
		paths = append(paths, filepath.Join(readOnly, "state.json"))
	}
	for _, path := range paths {
		logger, out := logged()
		s := Open(path, logger)
		warned(t, out, "could not be written")
		successful(t, s, false)
		for range 3 {
			save(s, worked(t, "acme", time.Now(), 2))
		}
		warned(t, out, "could not be written")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		e := worked(t, "acme", time.Now(), 2)
		save(s, e)
		successful(t, s, true)
		if !strings.Contains(out.String(), "in order again") {
			t.Errorf("logged %s", out)
		}
		know(t, Open(path, logger), e)
		alone(t, path)
	}
}

func TestPathBelowAFile(t *testing.T) {
	logger, out := logged()
	s := Open(filepath.Join(inFile(t, "x"), "state.json"), logger)
	save(s, worked(t, "acme", time.Now(), 2))
	warned(t, out, "not a directory")
	successful(t, s, false)
}

func TestWritesOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, path := worked(t, "acme", time.Now(), 2), newPath(t)
		s := Open(path, log.NewNopLogger())
		var writes atomic.Int32 // a write has a goroutine of its own
		stop := run(t, s, func(yield func(Entry) bool) { writes.Add(1); yield(e) })
		time.Sleep(time.Minute - 1)
		synctest.Wait()
		if got := writes.Load(); got != 0 {
			t.Errorf("%d writes in the first minute", got)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		e.Tracker.Update(time.Now(), nil)
		stop()
		if got := writes.Load(); got != 2 {
			t.Errorf("%d writes, want one a minute and one at the end", got)
		}
		know(t, Open(path, log.NewNopLogger()), e)
	})
}

// TestHungWrite: a disk that does not respond holds nothing up, the exit least of
// all.
func TestHungWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := Open(newPath(t), log.NewNopLogger())
		release := make(chan struct{})
		var writes atomic.Int32
		stop := run(t, s, func(func(Entry) bool) { writes.Add(1); <-release })
		time.Sleep(5 * time.Minute)
		successful(t, s, false)
		if got := writes.Load(); got != 1 {
			t.Errorf("%d writes at a time", got)
		}
		stopped := time.Now()
		stop()
		if took := time.Since(stopped); took > shutdownLimit {
			t.Errorf("the exit took %s", took)
		}
		close(release)
		synctest.Wait()
	})
}

// TestFullDisk: when the disk is full in the middle of a file, the previous one is
// kept.
func TestFullDisk(t *testing.T) {
	e := worked(t, "acme", time.Now(), 2)
	path := inFile(t, encoded(t, e))
	err := files.Replace(path, func(w io.Writer) error {
		_, _ = io.WriteString(w, `{"version":1,`)
		return syscall.ENOSPC
	})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("error %v", err)
	}
	know(t, Open(path, log.NewNopLogger()), e)
	alone(t, path)
}

// TestKilled: a process that is killed at any moment of a write leaves a whole file,
// and the next one removes what else it left.
func TestKilled(t *testing.T) {
	if path := os.Getenv("STATEFILE_TEST_WRITER"); path != "" {
		s := Open(path, log.NewNopLogger())
		for n := 1; ; n++ {
			save(s, worked(t, "acme", time.Now(), 2000+n%3))
			_, _ = os.Stdout.WriteString("written\n")
		}
	}
	path := newPath(t)
	for n := range 8 {
		writer := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilled$")
		writer.Env = append(os.Environ(), "STATEFILE_TEST_WRITER="+path)
		out, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		_, _ = out.Read(make([]byte, 1)) // the first write is done
		<-time.After(time.Duration(n*7) * time.Millisecond)
		_ = writer.Process.Kill()
		_ = writer.Wait()
		logger, warnings := logged()
		s := Open(path, logger)
		if r := s.Tracker("acme", url, settings(t)).Report(); r == nil || r.Len() < 1700 {
			t.Fatalf("restored %+v", r)
		}
		warned(t, warnings, "")
		alone(t, path)
	}
}

// 1,000 systems of 50 campaigns are written once a minute.
func BenchmarkFiftyThousandCampaigns(b *testing.B) {
	entries := make([]Entry, 1000)
	tracker := worked(b, "acme", time.Now(), 50).Tracker
	for i := range entries {
		entries[i] = Entry{Name: fmt.Sprint(i), URL: url, Tracker: tracker}
	}
	content := encoded(b, entries...)
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := encode(io.Discard, slices.Values(entries)); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(content))/1e6, "MB")
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := decode([]byte(content), time.Now()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}
