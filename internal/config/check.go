package config

import (
	"fmt"

	"thulium_exporter/thulium"
)

// fieldErrorf returns an error about a field.
func fieldErrorf(field, format string, args ...any) error {
	return &FieldError{Field: field, Err: fmt.Errorf(format, args...)}
}

func (d *Draft) checkURL(s *System) (err error) {
	if d.URL == "" {
		return fieldErrorf("url", "missing; write the address of the system, like https://acme.thulium.com")
	}
	if s.URL, err = thulium.ParseURL(d.URL, d.AllowHTTP); err != nil {
		return &FieldError{Field: "url", Err: err}
	}
	return nil
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

// checkTimes fills in the defaults of what is not set.
func checkTimes(s *System) error {
	switch {
	case s.Timeout == 0:
		s.Timeout = DefaultTimeout
	case s.Timeout < 0 || s.Timeout > MaxTimeout:
		return fieldErrorf("timeout", "must be positive and at most 5m; write it like 30s")
	}
	if s.PollInterval != 0 && s.PollInterval < minPollInterval {
		return fieldErrorf("poll_interval", "must be at least %s; write it like 1m, or 0s to send a request on each scrape", minPollInterval)
	}
	switch {
	case s.PollInterval == 0 && s.PollMaxAge != 0:
		return fieldErrorf("poll_max_age", "has no effect without a poll interval; remove it or set both")
	case s.PollMaxAge == 0:
		s.PollMaxAge = maxAgeIntervals * s.PollInterval
	case s.PollMaxAge < s.PollInterval:
		return fieldErrorf("poll_max_age", "must be at least the poll interval (%s), else each response would be too old before the next", s.PollInterval)
	}
	return nil
}
