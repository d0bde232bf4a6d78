// Package simulator simulates the part of the Thulium API that lists active
// outbound campaigns, for tests, benchmarks and the demo.
//
// It follows the documentation of the API. A [Fault] simulates each undocumented
// response that a real system might send.
package simulator

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Path is that of the campaigns. A Simulator also serves the agents of a campaign and
// the status of an agent.
const Path = "/api/outbounds/stats"

// Defaults of a Config.
const (
	DefaultRedirect   = "http://example.com/login"
	DefaultRetryAfter = 30 * time.Second
)

// Config is the configuration of a Simulator. The zero value has no campaigns and
// requires no credentials.
type Config struct {
	// Username and Password are required for every request, unless Username
	// is empty.
	Username, Password string

	// Campaigns are listed in this order while they are active.
	Campaigns []Campaign

	// Now is the clock, time.Now by default. The campaigns' time starts in New.
	Now func() time.Time

	// Speed is how many seconds pass for the campaigns in one second of the
	// clock, 1 by default.
	Speed float64

	// Seed decides the request IDs of errors.
	Seed uint64

	// Redirect is the target of the fault of that name.
	Redirect string

	// RetryAfter is the pause requested by RateLimited, RateLimitedUntil and
	// Unavailable.
	RetryAfter time.Duration
}

// Simulator is an http.Handler that behaves like one Thulium system. All its
// methods are safe for concurrent use, and no goroutine outlives a request.
//
// What it lists depends on its campaigns and its clock alone, never on earlier
// requests.
type Simulator struct {
	config   Config
	start    time.Time
	requests atomic.Int64
	inFlight atomic.Int64
	closed   chan struct{}
	close    func()

	mu     sync.Mutex
	listed listing
	faulty behaviour
}

var _ http.Handler = (*Simulator)(nil)

// listing is a set of campaigns, with its response where that never changes.
type listing struct {
	campaigns []Campaign
	static    []byte
}

// New returns a Simulator whose campaigns begin now.
func New(config Config) *Simulator {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Speed == 0 {
		config.Speed = 1
	}
	if config.Redirect == "" {
		config.Redirect = DefaultRedirect
	}
	if config.RetryAfter == 0 {
		config.RetryAfter = DefaultRetryAfter
	}
	closed := make(chan struct{})
	s := &Simulator{
		config: config,
		start:  config.Now(),
		closed: closed,
		close:  sync.OnceFunc(func() { close(closed) }),
	}
	s.SetCampaigns(config.Campaigns)
	return s
}

// Close ends every response that a fault keeps open, now and later. Everything
// else still works.
func (s *Simulator) Close() { s.close() }

// Requests returns the number of requests so far, valid or not.
func (s *Simulator) Requests() int { return int(s.requests.Load()) }

// InFlight returns the number of requests being served.
func (s *Simulator) InFlight() int { return int(s.inFlight.Load()) }

// SetCampaigns replaces the campaigns. Their offsets are still relative to New.
func (s *Simulator) SetCampaigns(campaigns []Campaign) {
	listed := listing{campaigns: slices.Clone(campaigns)}
	if !slices.ContainsFunc(campaigns, Campaign.moves) {
		listed.static = encode(active(campaigns, 0))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listed = listed
}

// SetFault applies a fault to every authorized request for the campaigns, until
// the next call; NoFault ends it. It panics if there is no such fault, because a
// test with a misspelt one would pass.
func (s *Simulator) SetFault(fault Fault) {
	faulty := lookUp(fault)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faulty = faulty
}

func (s *Simulator) state() (listing, behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.listed, s.faulty
}

// Elapsed returns the campaigns' time since New. It is never negative, even if the
// clock is set back.
func (s *Simulator) Elapsed() time.Duration {
	clock := max(0, s.config.Now().Sub(s.start))
	return time.Duration(float64(clock) * s.config.Speed)
}

// ServeHTTP implements http.Handler. Faults may abort it with a panic of
// http.ErrAbortHandler, which an http.Server understands.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.inFlight.Add(1)
	defer s.inFlight.Add(-1)
	x := &exchange{sim: s, w: w, r: r, number: s.requests.Add(1)}
	switch {
	case r.URL.Path != Path && !x.isPrivate():
		x.refuse(http.StatusNotFound)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		x.refuse(http.StatusMethodNotAllowed)
	case !s.authorized(r):
		x.unauthorized()
	default:
		x.serve()
	}
}

// authorized compares in constant time.
func (s *Simulator) authorized(r *http.Request) bool {
	if s.config.Username == "" {
		return true
	}
	username, password, _ := r.BasicAuth()
	return same(username, s.config.Username)&same(password, s.config.Password) == 1
}

func same(a, b string) int {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:])
}

// encode panics on values that cannot be JSON; this package has none.
func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

func zip(text []byte) []byte {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write(text) // writes to a bytes.Buffer never fail
	_ = w.Close()
	return zipped.Bytes()
}
