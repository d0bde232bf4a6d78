package cli

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/alecthomas/kingpin/v2"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
)

const (
	// defaultSystem is the name of the system that is described by flags.
	defaultSystem = "default"
	// passwordVariable may hold the password of that system.
	passwordVariable = "THULIUM_PASSWORD"
)

// systemFlags describe one system, or name the file that describes many.
type systemFlags struct {
	files        *files.Reader
	file         string
	url          string
	allowHTTP    bool
	username     string
	passwordFile string
	campaignIDs  []string
	timeout      time.Duration
	poll         pollFlags
	business     businessFlags
	stall        stallFlags
}

func (f *systemFlags) register(clause *kingpin.CmdClause) {
	f.files = files.NewReader()
	clause.Flag("config.file", "Configuration file for any number of systems. Excludes the flags that describe a single one.").
		PlaceHolder("FILE").StringVar(&f.file)
	clause.Flag("thulium.url", "URL of the Thulium system, like https://acme.thulium.com.").
		PlaceHolder("URL").StringVar(&f.url)
	clause.Flag("thulium.username", "Username of the API user.").
		PlaceHolder("NAME").StringVar(&f.username)
	clause.Flag("thulium.password-file", "File with the password of the API user; it is read for each request. The environment variable THULIUM_PASSWORD may hold the password instead.").
		PlaceHolder("FILE").StringVar(&f.passwordFile)
	clause.Flag("thulium.campaign-id", "Request this campaign only. Repeatable. Default: all active campaigns.").
		PlaceHolder("ID").StringsVar(&f.campaignIDs)
	clause.Flag("thulium.timeout", "Timeout of a request to Thulium; the deadline of a scrape may shorten it. Default: 30s.").
		PlaceHolder("30s").DurationVar(&f.timeout)
	clause.Flag("thulium.allow-http", "Allow http:// in the URL, which sends the password unencrypted.").
		BoolVar(&f.allowHTTP)
	f.business.register(clause)
	f.stall.register(clause)
}

// load reads the configuration, again at each reload, and returns the checked
// systems.
func (f *systemFlags) load() ([]config.System, error) {
	if f.file == "" {
		return f.loadOne()
	}
	if f.describesSystem() {
		return nil, errors.New("--config.file excludes the --thulium.*, --poll.*, --business.* and --stall.* flags and their environment variables: move them into the file")
	}
	systems, _, err := config.LoadFile(context.Background(), f.files, f.file)
	return systems, err
}

// loadOne returns the system that the flags describe.
func (f *systemFlags) loadOne() ([]config.System, error) {
	draft, err := f.draft()
	if err != nil {
		return nil, err
	}
	system, err := draft.Check(defaultSystem, config.Calendars{})
	if err == nil {
		err = draft.CheckFiles(context.Background(), f.files)
	}
	if err != nil {
		return nil, f.explain(err)
	}
	return []config.System{system}, nil
}

// describesSystem reports whether any flag says something of a single system.
func (f *systemFlags) describesSystem() bool {
	return f.url != "" || f.username != "" || f.passwordFile != "" || os.Getenv(passwordVariable) != "" ||
		len(f.campaignIDs) > 0 || f.timeout != 0 || f.allowHTTP || f.poll != pollFlags{} || f.stall != stallFlags{} || f.business.isSet()
}

func (f *systemFlags) draft() (*config.Draft, error) {
	hours, err := f.business.spec()
	if err != nil {
		return nil, err
	}
	password := os.Getenv(passwordVariable)
	if password != "" && f.passwordFile != "" {
		return nil, errors.New("--thulium.password-file and the environment variable " + passwordVariable + " exclude each other; unset one of them")
	}
	d := &config.Draft{
		Business:     hours,
		Stall:        f.stall.draft(),
		URL:          f.url,
		AllowHTTP:    f.allowHTTP,
		Timeout:      model.Duration(f.timeout),
		PollInterval: model.Duration(f.poll.interval),
		PollMaxAge:   model.Duration(f.poll.maxAge),
	}
	for _, id := range f.campaignIDs {
		d.CampaignIDs = append(d.CampaignIDs, config.ID(id))
	}
	d.HTTP.BasicAuth = &commonconfig.BasicAuth{
		Username: f.username, PasswordFile: f.passwordFile, Password: commonconfig.Secret(password),
	}
	return d, nil
}
