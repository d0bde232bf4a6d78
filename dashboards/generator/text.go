package main

// text is what a supervisor reads on the campaigns dashboard, in one language.
type text struct {
	uid, title, description, other string

	dataSource, system, campaign string

	stalled, late, running, hours, silent      string
	open, closed, none                         string
	campaigns, campaignsHelp                   string
	state, done, left, finish, deadline, idle  string
	id                                         string
	timeline, timelineHelp                     string
	completion, recordsLeft, mostUrgent        string
	departed, departedHelp, since, nothingLeft string
	states                                     [numStates]string
	alerts, exporter                           string
}

func english() text {
	return text{
		uid: "thulium-campaigns", title: "Thulium campaigns", other: "thulium-campaigns-pl",
		description: "Which campaigns need a supervisor, how far the others are, and when they will be finished.",
		dataSource:  "Data source", system: "System", campaign: "Campaign",
		stalled: "Stalled", late: "Will miss deadline", running: "Active campaigns", hours: "Business hours", silent: "Systems without data",
		open: "Open", closed: "Closed", none: "None",
		campaigns:     "Campaigns, the most urgent first",
		campaignsHelp: "The 100 most urgent campaigns. Idle is business time without a completed record: nights, weekends and holidays do not count. Finish is when the campaign will be done at its own pace.",
		state:         "State", done: "Done", left: "Records left", finish: "Expected finish", deadline: "Deadline", idle: "Idle for", id: "ID",
		timeline: "The 20 most urgent campaigns", timelineHelp: "Their states over the time range above.",
		completion: "Completion", recordsLeft: "Records left", mostUrgent: "The ten most urgent campaigns. Choose a campaign above to see it alone.",
		departed: "Left before they were finished", departedHelp: "Campaigns that are no longer listed although some of their records were not done. Each is shown for four business hours.",
		since: "Left", nothingLeft: "No campaign left unfinished",
		states: [numStates]string{"Finished", "In progress", "Not started", "Empty", "Will miss deadline", "Stalled", "Stalled for long"},
		alerts: "Alerts", exporter: "Exporter",
	}
}

func polish() text {
	return text{
		uid: "thulium-campaigns-pl", title: "Kampanie Thulium", other: "thulium-campaigns",
		description: "Które kampanie wymagają reakcji kierownika, na jakim etapie są pozostałe i kiedy się zakończą.",
		dataSource:  "Źródło danych", system: "System", campaign: "Kampania",
		stalled: "Stoją", late: "Nie zdążą na czas", running: "Aktywne kampanie", hours: "Godziny pracy", silent: "Systemy bez danych",
		open: "Trwają", closed: "Nie trwają", none: "Brak",
		campaigns:     "Kampanie, od najpilniejszej",
		campaignsHelp: "Sto najpilniejszych kampanii. Czas bez postępu to czas pracy, w którym nie ukończono żadnego rekordu: noce, weekendy i święta się nie liczą. Przewidywany koniec wynika z dotychczasowego tempa kampanii.",
		state:         "Stan", done: "Ukończono", left: "Pozostało rekordów", finish: "Przewidywany koniec", deadline: "Termin", idle: "Czas bez postępu", id: "ID",
		timeline: "20 najpilniejszych kampanii", timelineHelp: "Ich stany w wybranym okresie.",
		completion: "Procent ukończenia", recordsLeft: "Pozostałe rekordy", mostUrgent: "Dziesięć najpilniejszych kampanii. Aby zobaczyć jedną, wybierz ją powyżej.",
		departed: "Zniknęły przed ukończeniem", departedHelp: "Kampanie, których nie ma już na liście, choć nie wszystkie ich rekordy ukończono. Każdą widać przez cztery godziny czasu pracy.",
		since: "Czas nieobecności", nothingLeft: "Żadna kampania nie zniknęła przed ukończeniem",
		states: [numStates]string{"Zakończona", "W toku", "Nie ruszyła", "Pusta", "Nie zdąży na czas", "Stoi", "Stoi od dawna"},
		alerts: "Alerty", exporter: "Eksporter",
	}
}
