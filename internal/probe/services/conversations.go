package services

// conversations are the probes of protocols other than HTTP.
var conversations = []Probe{}
