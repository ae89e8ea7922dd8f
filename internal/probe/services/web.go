package services

// web are the probes that ask by HTTP.
var web = []Probe{}

// pages are the probes that read the answer which is already there.
var pages = []Probe{}
