package collector

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"thulium_exporter/internal/progress"
	"thulium_exporter/internal/within"
	"thulium_exporter/thulium"
)

const (
	lookInterval = time.Second // between two requests
	lookPause    = 5           // intervals while there is nothing to look at
	lookHour     = 3600        // business seconds in which there are at most:
	lookRequests = 120
	lookSpare    = 60               // from here on, none for campaigns that are not idle
	lookAgents   = 10               // whose status is requested
	statusCounts = 5 * 60           // seconds
	listRetry    = 15 * time.Minute // of a campaign that is not idle
)

// Agents requests what agents do. *thulium.Client implements it.
type Agents interface {
	Agents(ctx context.Context, campaign string) ([]thulium.Agent, error)
	Status(ctx context.Context, agent thulium.Agent) (thulium.Status, error)
}

// request is one of the requests of a look.
type request uint8

const (
	listRequest request = iota
	statusRequest
	numRequests
)

func (r request) String() string { return [...]string{"agents", "status"}[r] }

// LookRequests counts the requests of looks, by request and result.
type LookRequests [numRequests][thulium.NumResults]uint64

// Diagnosis looks at idle campaigns of a system, to find out why they are idle. It
// makes one request after the other, and none while Thulium asks to wait. Nothing
// waits for it.
type Diagnosis struct {
	api     Agents
	record  *Record
	timeout time.Duration

	busy     chan struct{} // full while a request has not returned
	statuses map[thulium.Agent]known
	sent     []float64 // when requests of the latest hour were, in business time
	pause    time.Time // that Thulium requested
	relist   time.Time

	mu       sync.Mutex
	calendar Calendar
	off      [numRequests]bool // not permitted
}

// known is the status of an agent at a time.
type known struct {
	status thulium.Status
	at     time.Time
	now    float64 // the same in business time
}

func (k known) expired(at time.Time, now float64) bool {
	return max(at.Sub(k.at).Seconds(), now-k.now) >= statusCounts
}

// NewDiagnosis returns a diagnosis of the system whose record this is. Requests take
// at most timeout. It counts business time by the calendar.
func NewDiagnosis(api Agents, record *Record, timeout time.Duration, calendar Calendar) *Diagnosis {
	return &Diagnosis{
		api: api, record: record, timeout: timeout, calendar: calendar,
		busy: make(chan struct{}, 1), statuses: make(map[thulium.Agent]known),
	}
}

// Run looks at campaigns until ctx is done. The counts of its requests are published
// until then.
func (d *Diagnosis) Run(ctx context.Context) {
	d.record.diagnoses.Add(1)
	defer d.record.diagnoses.Add(-1)
	for ctx.Err() == nil {
		pause := d.interval(time.Now())
		if !d.Step(ctx, time.Now()) {
			pause *= lookPause
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// interval returns the time between two requests: a second, or less where business time
// is faster, as in a demo.
func (d *Diagnosis) interval(now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	speed := d.calendar.SecondsUntil(now.Add(lookInterval)) - d.calendar.SecondsUntil(now)
	return time.Duration(float64(lookInterval) / max(1, speed))
}

// Reload permits all requests again.
func (d *Diagnosis) Reload(calendar Calendar) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calendar, d.off = calendar, [numRequests]bool{}
}

// Step makes at most one request, the most urgent one, or concludes a look. It reports
// whether there may be more to do at once. It is not safe for concurrent use.
func (d *Diagnosis) Step(ctx context.Context, at time.Time) bool {
	d.mu.Lock()
	off, now := d.off, d.calendar.SecondsUntil(at)
	d.mu.Unlock()
	for len(d.sent) > 0 && now-d.sent[0] >= lookHour {
		d.sent = d.sent[1:]
	}
	if d.record.pause() > 0 || at.Before(d.pause) || len(d.sent) >= lookRequests {
		return false
	}
	due, ok := d.record.tracker.Due(at, len(d.sent) < lookSpare && !off[listRequest] && !at.Before(d.relist))
	if !ok {
		return false
	}
	if due.List && !off[listRequest] {
		d.sent = append(d.sent, now)
		return d.list(ctx, at, due)
	}
	look, missing := d.look(due, at, now)
	if len(missing) > 0 && !due.List && !off[statusRequest] {
		d.sent = append(d.sent, now)
		return d.status(ctx, at, now, missing[0])
	}
	look.OK = !due.List
	d.record.tracker.Look(at, due.ID, look)
	return true
}

// list requests who may work a campaign.
func (d *Diagnosis) list(ctx context.Context, at time.Time, due progress.Due) bool {
	agents, err := ask(ctx, d, listRequest, func(ctx context.Context) ([]thulium.Agent, error) { return d.api.Agents(ctx, due.ID) })
	switch {
	case err == nil:
		d.record.tracker.List(at, due.ID, agents)
	case errors.Is(err, context.Canceled):
		return false
	case due.Look:
		d.record.tracker.Look(at, due.ID, progress.Look{})
	default:
		d.relist = at.Add(listRetry)
	}
	return true
}

// status requests what an agent does. All campaigns share it.
func (d *Diagnosis) status(ctx context.Context, at time.Time, now float64, agent thulium.Agent) bool {
	maps.DeleteFunc(d.statuses, func(_ thulium.Agent, k known) bool { return k.expired(at, now) })
	status, err := ask(ctx, d, statusRequest, func(ctx context.Context) (thulium.Status, error) { return d.api.Status(ctx, agent) })
	d.statuses[agent] = known{status, at, now}
	return !errors.Is(err, context.Canceled)
}

// look returns what is known of the agents of a campaign, and those of at most ten
// whose status has to be requested first. The ten change from look to look.
func (d *Diagnosis) look(due progress.Due, at time.Time, now float64) (look progress.Look, missing []thulium.Agent) {
	look.Assigned = len(due.Agents)
	for i := range due.Agents {
		agent := due.Agents[(i+int(due.Turn/60))%len(due.Agents)]
		k, ok := d.statuses[agent]
		if ok = ok && !k.expired(at, now); !ok && i < lookAgents {
			missing = append(missing, agent)
		}
		if ok || i < lookAgents {
			add(&look, k.status, ok)
		}
	}
	return look, missing
}

// add counts an agent.
func add(to *progress.Look, status thulium.Status, known bool) {
	to.Requested++
	switch {
	case !known || status == thulium.UnknownStatus:
		to.Unknown++
		return
	case status == thulium.LoggedOut:
		return
	case status == thulium.Paused:
		to.Paused++
	case status == thulium.OutboundCall:
		to.Calling++
		to.OnCall++
	case status == thulium.OnCall:
		to.OnCall++
	}
	to.LoggedIn++
}

// ask makes a request within its time, and counts it. One that is not permitted is not
// made again.
func ask[T any](ctx context.Context, d *Diagnosis, r request, f func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	select {
	case d.busy <- struct{}{}:
	default: // an earlier one hangs past its deadline
		var none T
		return none, hangError(errHangs)
	}
	value, err := within.Do(ctx, func() (T, error) {
		defer func() { <-d.busy }()
		return f(ctx)
	})
	if errors.Is(err, context.DeadlineExceeded) {
		err = hangError(errHangs)
	}
	failure, ok := errors.AsType[*thulium.Error](err)
	switch {
	case err == nil:
		d.record.looks[r][thulium.OK].Add(1)
	case ok:
		d.record.looks[r][failure.Result].Add(1)
		d.failed(r, failure)
	}
	return value, err
}

// failed draws the consequences of a failure.
func (d *Diagnosis) failed(r request, failure *thulium.Error) {
	d.pause = time.Now().Add(failure.RetryAfter)
	logger := level.Debug(d.record.log.logger)
	if failure.Result == thulium.Forbidden {
		d.mu.Lock()
		d.off[r] = true
		d.mu.Unlock()
		logger = level.Warn(d.record.log.logger)
	}
	fields := failureFields(failure)
	fields[1] = "Request for what agents do failed"
	_ = logger.Log(fields...)
}

// LookOnce looks at one campaign now, at one request a second. Requests take at most
// timeout each.
func LookOnce(ctx context.Context, api Agents, campaign string, timeout time.Duration) (progress.Look, error) {
	d := NewDiagnosis(api, NewRecord(nil, log.NewNopLogger()), timeout, nil)
	agents, err := ask(ctx, d, listRequest, func(ctx context.Context) ([]thulium.Agent, error) { return api.Agents(ctx, campaign) })
	if err != nil {
		return progress.Look{}, err
	}
	due := progress.Due{Agents: agents}
	_, missing := d.look(due, time.Now(), 0)
	for _, agent := range missing {
		select {
		case <-time.After(lookInterval):
		case <-ctx.Done():
		}
		status, err := ask(ctx, d, statusRequest, func(ctx context.Context) (thulium.Status, error) { return api.Status(ctx, agent) })
		if err != nil {
			return progress.Look{}, err
		}
		d.statuses[agent] = known{status, time.Now(), 0}
	}
	look, _ := d.look(due, time.Now(), 0)
	look.OK = true
	return look, nil
}
