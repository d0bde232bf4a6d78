package collector

import (
	"context"
	"errors"
	"maps"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"thulium_exporter/internal/progress"
	"thulium_exporter/internal/within"
	"thulium_exporter/thulium"
)

const (
	lookInterval = time.Second     // between two requests
	lookRequests = 120             // at most, within an hour
	lookAgents   = 10              // of a campaign, whose status is requested
	listCounts   = time.Hour       // for so long it is known who may work a campaign
	statusCounts = 5 * time.Minute // the same, what an agent does
)

// Agents requests what agents do. *thulium.Client implements it.
type Agents interface {
	Agents(ctx context.Context, campaign string) ([]thulium.Agent, error)
	Status(ctx context.Context, agent thulium.Agent) (thulium.Status, error)
}

// The requests of a look, as they are counted.
const (
	listRequest = iota
	statusRequest
	numRequests
)

// LookRequests counts the requests of looks, by request and result.
type LookRequests [numRequests][thulium.NumResults]atomic.Uint64

// Diagnosis looks at idle campaigns of a system, to find out why they are idle. It makes
// one request after the other, and none while Thulium asks to wait.
type Diagnosis struct {
	api      Agents
	record   *Record
	timeout  time.Duration
	speed    float64                  // of business time in business hours; above 1 in a demo
	busy     atomic.Bool              // a request has not returned
	off      [numRequests]atomic.Bool // not permitted
	lists    map[string]known[[]thulium.Agent]
	statuses map[thulium.Agent]known[thulium.Status]
	sent     []time.Time // the latest requests
	pause    time.Time   // requested by Thulium
}

// known is what was requested at a time.
type known[T any] struct {
	value T
	at    time.Time
}

// NewDiagnosis returns a diagnosis of the system of a record. Requests take at most
// timeout.
func NewDiagnosis(api Agents, record *Record, timeout time.Duration) *Diagnosis {
	return &Diagnosis{
		api: api, record: record, timeout: timeout, speed: 1,
		lists: make(map[string]known[[]thulium.Agent]), statuses: make(map[thulium.Agent]known[thulium.Status]),
	}
}

// Run looks at campaigns until ctx is done.
func (d *Diagnosis) Run(ctx context.Context) {
	d.record.diagnoses(true)
	defer d.record.diagnoses(false)
	for ctx.Err() == nil {
		now := time.Now()
		d.speed = max(1, d.record.tracker.Clock(now.Add(time.Second))-d.record.tracker.Clock(now))
		pause := time.Duration(float64(lookInterval) / d.speed)
		if !d.Step(ctx, now) {
			pause *= 5
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// Reload permits all requests again.
func (d *Diagnosis) Reload() {
	for i := range d.off {
		d.off[i].Store(false)
	}
}

// Step makes at most one request, for the most urgent campaign, or records its look. It
// reports whether there may be more to do at once. It is not safe for concurrent use.
func (d *Diagnosis) Step(ctx context.Context, at time.Time) bool {
	spent := len(d.sent) == lookRequests && d.recent(d.sent[0], at, time.Hour)
	if spent || d.record.pause() > 0 || at.Before(d.pause) {
		return false
	}
	id, ok := d.record.tracker.Due(at)
	if !ok {
		return false
	}
	look, done, err := d.next(ctx, id, at)
	if errors.Is(err, context.Canceled) {
		return false
	}
	if done {
		d.record.tracker.Look(at, id, look)
	}
	return true
}

// recent reports whether less than a time has passed between two instants.
func (d *Diagnosis) recent(from, to time.Time, within time.Duration) bool {
	return to.Sub(from).Seconds()*d.speed < within.Seconds()
}

// next makes the next request of a look at a campaign. If there is none, or the list of
// its agents failed, the look is done.
func (d *Diagnosis) next(ctx context.Context, id string, at time.Time) (look progress.Look, done bool, err error) {
	list, ok := d.lists[id]
	if !ok || !d.recent(list.at, at, listCounts) {
		agents, err := request(ctx, d, listRequest, at, func(ctx context.Context) ([]thulium.Agent, error) { return d.api.Agents(ctx, id) })
		maps.DeleteFunc(d.lists, func(_ string, l known[[]thulium.Agent]) bool { return !d.recent(l.at, at, listCounts) })
		if err == nil {
			d.lists[id] = known[[]thulium.Agent]{agents, at}
		}
		return look, err != nil, err
	}
	var count [thulium.NumStatuses]int
	for i, agent := range list.value {
		status, ok := d.statuses[agent]
		if ok && d.recent(status.at, at, statusCounts) {
			count[status.value]++
		} else if i < lookAgents {
			value, err := request(ctx, d, statusRequest, at, func(ctx context.Context) (thulium.Status, error) { return d.api.Status(ctx, agent) })
			d.statuses[agent] = known[thulium.Status]{value, at}
			return look, false, err
		}
	}
	onCall := count[thulium.OnCall] + count[thulium.OutboundCall]
	return progress.Look{
		OK: true, Agents: list.value, Assigned: len(list.value), LoggedOut: count[thulium.LoggedOut], Unknown: count[thulium.UnknownStatus],
		LoggedIn: count[thulium.Paused] + count[thulium.Available] + onCall,
		Paused:   count[thulium.Paused], OnCall: onCall, Calling: count[thulium.OutboundCall],
	}, true, nil
}

// request makes a request, and counts it. One that is not permitted is not made again.
func request[T any](ctx context.Context, d *Diagnosis, r int, at time.Time, f func(context.Context) (T, error)) (value T, err error) {
	switch {
	case d.off[r].Load():
		return value, errors.New("not permitted")
	case !d.busy.CompareAndSwap(false, true):
		return value, hangError(errHangs) // an earlier one
	}
	ctx, cancel := context.WithTimeoutCause(ctx, d.timeout+grace, hangError(errHangs))
	defer cancel()
	d.sent = append(d.sent[max(0, len(d.sent)+1-lookRequests):], at)
	value, err = within.Do(ctx, func() (T, error) {
		defer d.busy.Store(false)
		ctx, cancel := context.WithTimeout(ctx, d.timeout)
		defer cancel()
		return f(ctx)
	})
	if err == nil {
		d.record.looks[r][thulium.OK].Add(1)
	} else if failure, ok := errors.AsType[*thulium.Error](err); ok {
		d.pause = at.Add(failure.RetryAfter)
		d.failed(r, failure)
	}
	return value, err
}

// failed counts and logs a request that failed, and remembers that it is not permitted.
func (d *Diagnosis) failed(r int, failure *thulium.Error) {
	d.record.looks[r][failure.Result].Add(1)
	logger := level.Debug(d.record.log.logger)
	if failure.Result == thulium.Forbidden {
		d.off[r].Store(true)
		logger = level.Warn(d.record.log.logger)
	}
	_ = logger.Log(append([]any{"msg", "Request for agents failed"}, failureFields(failure)[2:]...)...)
}

// LookOnce looks at one campaign, at one request a second that take at most timeout each.
func LookOnce(ctx context.Context, api Agents, campaign string, timeout time.Duration) (progress.Look, error) {
	d := NewDiagnosis(api, NewRecord(nil, log.NewNopLogger()), timeout)
	for {
		look, done, err := d.next(ctx, campaign, time.Now())
		if done || err != nil {
			return look, err
		}
		select {
		case <-time.After(lookInterval):
		case <-ctx.Done():
			return look, ctx.Err()
		}
	}
}
