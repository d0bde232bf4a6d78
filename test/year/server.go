package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/tsdb"
)

// server is a Prometheus without its web: the time series database, the query
// engine and the rule groups of the real one, driven at simulated instants.
type server struct {
	dir    string
	files  []string
	wanted map[string]bool // groups; all when empty
	db     *tsdb.DB
	engine *promql.Engine
	groups []*rules.Group
	target *target
	cost   map[string]cost

	now     func() time.Duration // what cost is measured with
	durable bool                 // keeps a write-ahead log, so that it survives a restart
}

// stallGroup is the rule group that tells stalls.
const stallGroup = "thulium-campaigns"

// cost is what the evaluations of one rule group took.
type cost struct {
	evaluations int
	took        time.Duration
}

func newServer(dir string, durable bool, groups []string, files ...string) (*server, error) {
	s := &server{dir: dir, durable: durable, files: files, wanted: map[string]bool{}, cost: map[string]cost{}, now: wallTime(time.Now())}
	for _, g := range groups {
		s.wanted[g] = true
	}
	s.engine = promql.NewEngine(promql.EngineOpts{
		Logger: slog.New(slog.DiscardHandler), MaxSamples: 50_000_000, Timeout: 2 * time.Minute,
		LookbackDelta: 5 * time.Minute, EnableAtModifier: true, EnableNegativeOffset: true,
		Parser: parser.NewParser(parser.Options{}),
	})
	return s, s.start()
}

// start opens the database and loads the rules, as a starting Prometheus does.
func (s *server) start() error {
	opts := tsdb.DefaultOptions()
	opts.RetentionDuration = (8 * 24 * time.Hour).Milliseconds()
	opts.MinBlockDuration = (24 * time.Hour).Milliseconds()
	opts.MaxBlockDuration = opts.MinBlockDuration
	if !s.durable {
		opts.WALSegmentSize = -1
	}
	db, err := tsdb.Open(filepath.Join(s.dir, "data"), slog.New(slog.DiscardHandler), nil, opts, nil)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	s.db, s.target = db, newTarget(db)
	return s.load()
}

func (s *server) load() error {
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:    rules.EngineQueryFunc(s.engine, s.db),
		NotifyFunc:   func(context.Context, string, ...*rules.Alert) {},
		AppendableV2: s.db, Queryable: s.db, Context: context.Background(),
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	s.groups = nil
	for _, file := range s.files {
		loaded, errs := manager.LoadGroups(time.Minute, labels.EmptyLabels(), "", nil, false, file)
		if len(errs) > 0 {
			return fmt.Errorf("load rules: %w", errors.Join(errs...))
		}
		for _, g := range loaded {
			if len(s.wanted) == 0 || s.wanted[g.Name()] {
				s.groups = append(s.groups, g)
			}
		}
	}
	return nil
}

// restart stops the server and starts it on what it left on disk.
func (s *server) restart() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return s.start()
}

func (s *server) close() { _ = s.db.Close() } // the database is thrown away

// evaluate runs the groups that are due in this minute and tells whether there
// were any.
func (s *server) evaluate(unix int64) (due bool, err error) {
	for _, g := range s.groups {
		if unix/minute%int64(g.Interval()/time.Minute) != 0 {
			continue
		}
		begin := s.now()
		g.Eval(context.Background(), at(unix))
		c := s.cost[g.Name()]
		s.cost[g.Name()] = cost{c.evaluations + 1, c.took + s.now() - begin}
		if err := failed(g); err != nil {
			return false, err
		}
		due = true
	}
	return due, nil
}

// failed returns the first rule of a group that could not be evaluated.
func failed(g *rules.Group) error {
	for _, r := range g.Rules() {
		if err := r.LastError(); err != nil {
			return fmt.Errorf("rule %s: %w", r.Name(), err)
		}
	}
	return nil
}

// firing calls f for every alert that fires.
func (s *server) firing(f func(name, severity, campaign string)) {
	for _, g := range s.groups {
		for _, rule := range g.AlertingRules() {
			rule.ForEachActiveAlert(func(a *rules.Alert) {
				if a.State == rules.StateFiring {
					f(rule.Name(), a.Labels.Get("severity"), a.Labels.Get("id"))
				}
			})
		}
	}
}

// wallTime is the time since a beginning.
func wallTime(begin time.Time) func() time.Duration {
	return func() time.Duration { return time.Since(begin) }
}
