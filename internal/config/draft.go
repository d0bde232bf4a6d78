package config

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/business"
	"thulium_exporter/thulium"
)

// Draft is a system as a user wrote it, in a file or as flags; the zero value of
// a field means its default.
type Draft struct {
	URL          string                        `yaml:"url"`
	AllowHTTP    bool                          `yaml:"allow_http"`
	HTTP         commonconfig.HTTPClientConfig `yaml:",inline"`
	CampaignIDs  []ID                          `yaml:"campaign_ids"`
	Campaigns    map[ID]Campaign               `yaml:"campaigns"`
	Timeout      model.Duration                `yaml:"timeout"`
	PollInterval model.Duration                `yaml:"poll_interval"`
	PollMaxAge   model.Duration                `yaml:"poll_max_age"`
	Diagnose     bool                          `yaml:"diagnose"`
	Stall        `yaml:",inline"`
	Business     business.Spec `yaml:"business_hours"`
}

// ID is the ID of a campaign. In a file it must be in quotes: YAML parses
// 00017 as the octal number 15.
type ID string

// FieldError says which field of a Draft is wrong, by its key in the file. Where
// that lies deeper, Err is a FieldError, too.
type FieldError struct {
	Field string
	Err   error

	isID bool // Field is the ID of a campaign, which can be any text
}

// Error names the field and what is wrong with it.
func (e *FieldError) Error() string {
	if e.isID {
		return strconv.Quote(e.Field) + ": " + e.Err.Error()
	}
	return e.Field + ": " + e.Err.Error()
}

// Unwrap returns what is wrong.
func (e *FieldError) Unwrap() error { return e.Err }

// inField returns err as one about a field; nil if it is nil.
func inField(field string, err error) error {
	if err == nil {
		return nil
	}
	return &FieldError{Field: field, Err: err}
}

// fieldErrorf returns an error about a field.
func fieldErrorf(field, format string, args ...any) error {
	return inField(field, fmt.Errorf(format, args...))
}

// Check turns the draft into a system called name. Its errors are FieldErrors,
// but for that of the name, and never hold a secret. It opens no file; see
// CheckFiles.
func (d *Draft) Check(name string, calendars Calendars) (System, error) {
	s := System{
		Name:         name,
		HTTP:         d.HTTP,
		Timeout:      cmp.Or(time.Duration(d.Timeout), DefaultTimeout),
		PollInterval: time.Duration(d.PollInterval),
		Diagnose:     d.Diagnose,
		PollMaxAge:   cmp.Or(time.Duration(d.PollMaxAge), maxAgeIntervals*time.Duration(d.PollInterval)),
	}
	for _, check := range []func() error{
		func() error { return checkName(name) },
		func() error { return d.checkURL(&s) },
		func() error { return checkHTTP(&s.HTTP) },
		func() error { return d.checkCampaignIDs(&s) },
		func() error { return checkTimes(&s) },
		func() error { return d.checkCampaigns(&s, calendars) },
	} {
		if err := check(); err != nil {
			return System{}, err
		}
	}
	return s, nil
}

// checkName keeps names usable in a URL, a label and a file name.
func checkName(name string) error {
	if !validName(name) {
		return errors.New("invalid name of a system; use letters, digits, '.', '_' and '-', at most 100")
	}
	return nil
}

func validName(name string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
	return name != "" && len(name) <= 100 && strings.Trim(name, allowed) == ""
}

func (d *Draft) checkURL(s *System) (err error) {
	if d.URL == "" {
		return fieldErrorf("url", "missing; write the address of the system, like https://acme.thulium.com")
	}
	s.URL, err = thulium.ParseURL(d.URL, d.AllowHTTP)
	return inField("url", err)
}

func (d *Draft) checkCampaignIDs(s *System) error {
	seen := make(map[ID]bool, len(d.CampaignIDs))
	for _, id := range d.CampaignIDs {
		if id == "" || seen[id] {
			return fieldErrorf("campaign_ids", "an ID is empty or listed twice; remove it")
		}
		seen[id] = true
		s.CampaignIDs = append(s.CampaignIDs, string(id))
	}
	return nil
}

func checkTimes(s *System) error {
	switch {
	case s.Timeout < 0 || s.Timeout > MaxTimeout:
		return fieldErrorf("timeout", "must be positive and at most 5m; write it like 30s")
	case s.PollInterval != 0 && (s.PollInterval < minPollInterval || s.PollInterval > maxPollInterval):
		return fieldErrorf("poll_interval", "must be at least 1s and at most 24h; write it like 1m, or 0s to send a request on each scrape")
	case s.PollInterval == 0 && s.PollMaxAge != 0:
		return fieldErrorf("poll_max_age", "has no effect without a poll interval; remove it or set both")
	case s.PollMaxAge < s.PollInterval:
		return fieldErrorf("poll_max_age", "must be at least the poll interval (%s), else each response would be too old before the next", s.PollInterval)
	case s.PollMaxAge > maxPollAge:
		return fieldErrorf("poll_max_age", "must be at most 72h; write it like 3m")
	}
	return nil
}
