package config

import (
	"errors"
	"strconv"
	"strings"
	"time"

	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/business"
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

// Check turns the draft into a system called name. Its errors are FieldErrors,
// but for that of the name, and never hold a secret. It reads the files that the
// draft names, so that invalid ones are found early.
func (d *Draft) Check(name string, calendars Calendars) (System, error) {
	common := newShared()
	common.calendars = calendars
	return d.check(name, common)
}

func (d *Draft) check(name string, common *shared) (System, error) {
	if err := checkName(name); err != nil {
		return System{}, err
	}
	s := System{
		Name:         name,
		Timeout:      time.Duration(d.Timeout),
		PollInterval: time.Duration(d.PollInterval),
		PollMaxAge:   time.Duration(d.PollMaxAge),
	}
	for _, step := range []func() error{
		func() error { return d.checkURL(&s) },
		func() error { return d.checkHTTP(common) },
		func() error { return d.checkCampaignIDs(&s) },
		func() error { return checkTimes(&s) },
		func() error { return d.checkProgress(&s, common) },
	} {
		if err := step(); err != nil {
			return System{}, err
		}
	}
	s.HTTP = d.HTTP
	return s, nil
}

// checkName keeps names usable in a URL, a label and a file name.
func checkName(name string) error {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
	if name == "" || len(name) > 100 || strings.Trim(name, allowed) != "" {
		return errors.New("invalid name of a system; use letters, digits, '.', '_' and '-', at most 100")
	}
	return nil
}
