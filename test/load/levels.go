package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// levels are what must not grow.
type levels struct {
	heap, goroutines, files float64
	connections             int
}

// maxPeak is the memory limit of the shipped deployments.
const maxPeak = 128 << 20

// measure scrapes until the exporter has collected its garbage twice, and returns
// the lowest levels since the first time.
func (st *storm) measure(ctx context.Context) (levels, error) {
	low := levels{connections: st.systems.connections()}
	first := 0.0
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
		text, err := get(ctx, http.MethodGet, st.exporter.url+"/metrics")
		if err != nil {
			return levels{}, err
		}
		now, err := readSeries(text)
		if err != nil {
			return levels{}, err
		}
		collections := now["go_gc_duration_seconds_count"]
		switch {
		case first == 0:
			first = collections
		case collections >= first+3:
			return low, nil
		case collections > first:
			low.lower(now)
		}
	}
	return levels{}, errors.New("the exporter does not collect its garbage")
}

// lower lowers the levels to those of a scrape.
func (l *levels) lower(now map[string]float64) {
	lower := func(level *float64, value float64) {
		if *level == 0 || value < *level {
			*level = value
		}
	}
	lower(&l.heap, now["go_memstats_heap_alloc_bytes"]/1e6)
	lower(&l.goroutines, now["go_goroutines"])
	lower(&l.files, now["process_open_fds"])
}

// readSeries reads an exposition in the text format. A series that comes twice
// is an error.
func readSeries(text string) (map[string]float64, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	all := map[string]float64{}
	for name, family := range families {
		samples, err := expfmt.ExtractSamples(&expfmt.DecodeOptions{}, family)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, sample := range samples {
			key := sample.Metric.String()
			if _, twice := all[key]; twice {
				return nil, fmt.Errorf("%s is there twice", key)
			}
			all[key] = float64(sample.Value)
		}
	}
	return all, nil
}

// report prints what has grown and returns an error if anything did, or if a
// scrape failed.
func (s *soak) report(st *storm, before, after levels) error {
	held, err := st.exporter.memory()
	if err != nil {
		return err
	}
	seen := &st.scraped
	fmt.Fprintf(s.out, "%s, seed %d: %d scrapes served, the slowest within %s; %d hung up, %d faults, %d reloads\n",
		s.length, s.seed, seen.good, seen.slowest.Round(time.Millisecond), seen.hungUp, st.faults, st.reloads)
	fmt.Fprintf(s.out, "%-24s %8s %8s %8s\n", "", "before", "after", "allowed")
	failed := false
	for _, row := range []struct {
		name                   string
		before, after, allowed float64
	}{
		{"peak of memory, MiB", 0, held.peak / (1 << 20), maxPeak / (1 << 20)},
		{"heap, MB", before.heap, after.heap, 1.1*before.heap + 2},                 // pools of deflaters hold 0.8 MB each, and fill late
		{"goroutines", before.goroutines, after.goroutines, before.goroutines + 5}, // of the scrapes that count them
		{"open files", before.files, after.files, before.files},
		{"connections to Thulium", float64(before.connections), float64(after.connections), 0},
		{"failed scrapes", 0, float64(len(seen.wrong)), 0},
	} {
		mark := ""
		if row.after > row.allowed {
			mark, failed = "  TOO MANY", true
		}
		fmt.Fprintf(s.out, "%-24s %8.1f %8.1f %8.1f%s\n", row.name, row.before, row.after, row.allowed, mark)
	}
	if failed {
		return errors.Join(append(seen.wrong, errors.New("something has grown or failed"))...)
	}
	return nil
}
