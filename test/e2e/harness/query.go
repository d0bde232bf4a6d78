package harness

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// Result is one series of what a query returns.
type Result struct {
	Labels map[string]string
	Value  string // the latest, as Prometheus writes it
}

// Instant evaluates an expression now.
func (p *Prometheus) Instant(ctx context.Context, expression string) ([]Result, error) {
	all, err := p.query(ctx, expression, 0)
	var results []Result
	for _, s := range all {
		results = append(results, Result{s.Metric, s.Value.value})
	}
	return results, err
}

// Range evaluates an expression at each step of the time that has just passed.
func (p *Prometheus) Range(ctx context.Context, expression string, past, step time.Duration) ([]Result, error) {
	now := time.Now()
	var data struct {
		Result []series `json:"result"`
	}
	err := p.request(ctx, "query_range", url.Values{
		"query": {expression},
		"start": {strconv.FormatInt(now.Add(-past).Unix(), 10)},
		"end":   {strconv.FormatInt(now.Unix(), 10)},
		"step":  {step.String()},
	}, &data)
	var results []Result
	for _, s := range data.Result {
		results = append(results, Result{s.Metric, s.Values[len(s.Values)-1].value})
	}
	return results, err
}

// LabelValues returns the values of a label among the series of a selector.
func (p *Prometheus) LabelValues(ctx context.Context, selector, label string) ([]string, error) {
	var values []string
	err := p.request(ctx, "label/"+label+"/values", url.Values{"match[]": {selector}}, &values)
	return values, err
}
