package cli

import (
	"errors"
	"fmt"

	"thulium_exporter/internal/config"
	"thulium_exporter/thulium"
)

// explain names the flags in place of the fields of a draft.
func (f *systemFlags) explain(err error) error {
	wrong, ok := errors.AsType[*config.FieldError](err)
	if !ok {
		return err
	}
	flag := flagOf(wrong.Field)
	if inner, ok := errors.AsType[*config.FieldError](wrong.Err); ok && flagOf(inner.Field) != "" {
		flag, wrong = flagOf(inner.Field), inner
	}
	if wrong.Field == "url" && f.url == "" {
		return errors.New("--thulium.url is missing: set it to the URL of your Thulium system, like https://acme.thulium.com; \"" + name + " demo\" needs none")
	}
	if errors.Is(err, config.ErrNoPassword) {
		return errors.New("no password: write it to a file and set --thulium.password-file to its path, or set the environment variable " + passwordVariable)
	}
	if errors.Is(wrong.Err, thulium.ErrPlainHTTP) {
		return fmt.Errorf("%s: %w with --thulium.allow-http", flag, wrong.Err)
	}
	return &config.FieldError{Field: flag, Err: wrong.Err}
}

// flagOf returns the flag for a field of a draft; empty if there is none.
func flagOf(field string) string {
	return map[string]string{ //nolint:gosec // names of flags, not secrets
		"url":            "--thulium.url",
		"basic_auth":     "--thulium.username, --thulium.password-file",
		"username":       "--thulium.username",
		"password_file":  "--thulium.password-file",
		"campaign_ids":   "--thulium.campaign-id",
		"timeout":        "--thulium.timeout",
		"poll_interval":  "--poll.interval",
		"poll_max_age":   "--poll.max-age",
		"business_hours": "--business.*",
		"stalled_after":  "--stall.after",
		"stalled_until":  "--stall.until",
		"time_zone":      "--business.time-zone",
		"windows":        "--business.hours",
		"holidays":       "--business.holidays",
		"closed_dates":   "--business.closed-date",
		"open_dates":     "--business.open-date",
	}[field]
}
