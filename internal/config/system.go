// Package config turns what a user wrote, as flags or as a file, into checked
// systems. Everything that can be wrong about it is found here, before anything
// runs.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"strings"
	"time"

	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

const (
	// DefaultTimeout is what the vendor's own sample clients use.
	DefaultTimeout = 30 * time.Second
	// maxAgeIntervals is the default maximum age, in poll intervals: one
	// failed poll does not make the campaigns vanish.
	maxAgeIntervals = 3
	// minPollInterval keeps a slip of the pen from flooding the API.
	minPollInterval = time.Second
	// MaxTimeout bounds the timeout; the web server must wait longer than that.
	MaxTimeout = 5 * time.Minute
)

// System is one checked system.
type System struct {
	Name          string
	URL           *url.URL // from thulium.ParseURL
	HTTP          commonconfig.HTTPClientConfig
	CampaignIDs   []string          // empty: all active campaigns
	CampaignNames map[string]string // by id
	Timeout       time.Duration     // for one answer
	PollInterval  time.Duration     // 0: ask on each scrape
	PollMaxAge    time.Duration     // set when PollInterval is
	Calendar      *business.Calendar

	settings  *progress.Settings  // of campaigns without settings of their own
	campaigns map[string]campaign // by ID; nil: none is configured
}

// AsksLike reports whether both ask the same of the same Thulium: they differ,
// if at all, in what Thulium knows nothing of.
func (s *System) AsksLike(other *System) bool {
	alike := *other
	alike.Calendar, alike.CampaignNames, alike.settings, alike.campaigns = s.Calendar, s.CampaignNames, s.settings, s.campaigns
	return reflect.DeepEqual(s, &alike)
}

// Draft is a system as a user wrote it; the zero value of a field means its
// default.
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

// FieldError says which field of a Draft is wrong, by its key in the file.
type FieldError struct {
	Field string
	Err   error
}

// Error names the field and what is wrong with it.
func (e *FieldError) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *FieldError) Unwrap() error { return e.Err }

// Calendars are the calendars made so far, by what they were made from. Systems
// with the same hours share one.
type Calendars map[string]*business.Calendar

// Check turns the draft into a system called name. Its errors are FieldErrors
// and never hold a secret. It reads the password file, to find out now that it
// cannot be read.
func (d *Draft) Check(name string, calendars Calendars) (System, error) {
	return d.check(name, &shared{calendars: calendars, settings: map[progress.Settings]*progress.Settings{}})
}

func (d *Draft) check(name string, common *shared) (System, error) {
	s := System{
		Name:         name,
		HTTP:         d.HTTP,
		Timeout:      time.Duration(d.Timeout),
		PollInterval: time.Duration(d.PollInterval),
		PollMaxAge:   time.Duration(d.PollMaxAge),
	}
	if s.Timeout == 0 {
		s.Timeout = DefaultTimeout
	}
	for _, step := range []struct {
		field string
		check func(*System) error
	}{
		{"name", checkName},
		{"url", d.checkURL},
		{"basic_auth", d.checkCredentials},
		{"follow_redirects", checkRedirects},
		{"campaign_ids", d.checkCampaignIDs},
		{"campaigns", d.checkCampaigns},
		{"timeout", checkTimeout},
		{"poll_interval", checkPollInterval},
		{"poll_max_age", checkPollMaxAge},
	} {
		if err := step.check(&s); err != nil {
			return System{}, &FieldError{Field: step.field, Err: err}
		}
	}
	if err := d.setProgress(&s, common); err != nil {
		return System{}, err
	}
	return s, nil
}

// checkName keeps names usable in a URL, a label and a file name.
func checkName(s *System) error {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
	if s.Name == "" || len(s.Name) > 100 || strings.Trim(s.Name, allowed) != "" {
		return fmt.Errorf("%q is not a name: use letters, digits, '.', '_' and '-', at most 100", s.Name)
	}
	return nil
}

func (d *Draft) checkURL(s *System) (err error) {
	if d.URL == "" {
		return errors.New("missing; write the address of the system, like https://acme.thulium.com")
	}
	s.URL, err = thulium.ParseURL(d.URL, d.AllowHTTP)
	return err
}

func (d *Draft) checkCredentials(*System) error {
	if err := d.HTTP.Validate(); err != nil {
		return err
	}
	if d.HTTP.Authorization != nil || d.HTTP.OAuth2 != nil {
		return nil
	}
	auth := d.HTTP.BasicAuth
	if auth == nil || auth.Username == "" && auth.UsernameFile == "" {
		return errors.New("no username; Thulium wants the name and the password of an API user")
	}
	if auth.PasswordFile == "" {
		if auth.Password == "" {
			return errors.New("no password; put it into a file and give its path as password file")
		}
		return nil
	}
	password, err := os.ReadFile(auth.PasswordFile)
	if err != nil {
		return fmt.Errorf("cannot read the password file: %w", err)
	}
	if strings.TrimSpace(string(password)) == "" {
		return fmt.Errorf("the password file %s is empty", auth.PasswordFile)
	}
	return nil
}

// checkRedirects refuses what would have no effect.
func checkRedirects(s *System) error {
	if s.HTTP.FollowRedirects {
		return errors.New("redirects are never followed, since they could carry the password elsewhere; remove this")
	}
	return nil
}

func (d *Draft) checkCampaignIDs(s *System) error {
	seen := map[ID]bool{}
	for _, id := range d.CampaignIDs {
		if id == "" || seen[id] {
			return fmt.Errorf("%q is empty or there twice", string(id))
		}
		seen[id] = true
		s.CampaignIDs = append(s.CampaignIDs, string(id))
	}
	return nil
}

func (d *Draft) checkCampaigns(s *System) error {
	for id, campaign := range d.Campaigns {
		if id == "" {
			return errors.New("an empty ID; write the campaign's ID in quotes")
		}
		if campaign.Name == "" {
			continue
		}
		if s.CampaignNames == nil {
			s.CampaignNames = make(map[string]string, len(d.Campaigns))
		}
		s.CampaignNames[string(id)] = campaign.Name
	}
	return nil
}

func checkTimeout(s *System) error {
	if s.Timeout < 0 || s.Timeout > MaxTimeout {
		return errors.New("must be positive and at most 5m, like 30s")
	}
	return nil
}

func checkPollInterval(s *System) error {
	if s.PollInterval != 0 && s.PollInterval < minPollInterval {
		return fmt.Errorf("must be at least %s, like 1m, or 0 to ask on each scrape", minPollInterval)
	}
	return nil
}

func checkPollMaxAge(s *System) error {
	switch {
	case s.PollInterval == 0 && s.PollMaxAge != 0:
		return errors.New("has no effect without a poll interval; remove it or set both")
	case s.PollMaxAge == 0:
		s.PollMaxAge = maxAgeIntervals * s.PollInterval
	case s.PollMaxAge < s.PollInterval:
		return fmt.Errorf("must be at least the poll interval (%s), else each answer would be too old before the next", s.PollInterval)
	}
	return nil
}
