package cli

import (
	"errors"
	"fmt"
	"strings"

	"thulium_exporter/internal/config"
)

// explain names the flags in place of the fields of a draft.
func (f *systemFlags) explain(err error) error {
	var wrong *config.FieldError
	if !errors.As(err, &wrong) {
		return err
	}
	flag := map[string]string{
		"url":            "--thulium.url",
		"basic_auth":     "--thulium.username, --thulium.password-file",
		"campaign_ids":   "--thulium.campaign-id",
		"timeout":        "--thulium.timeout",
		"poll_interval":  "--poll.interval",
		"poll_max_age":   "--poll.max-age",
		"business_hours": "--business.*",
	}[wrong.Field]
	if wrong.Field == "url" && f.url == "" {
		return errors.New("--thulium.url is missing: give the URL of your Thulium system, like https://acme.thulium.com, or try \"" + name + " demo\", which needs none")
	}
	if wrong.Field == "url" && strings.HasPrefix(f.url, "http://") {
		return fmt.Errorf("%s: %w with --thulium.allow-http", flag, wrong.Err)
	}
	return &config.FieldError{Field: flag, Err: wrong.Err}
}
