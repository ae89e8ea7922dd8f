package services

import "github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"

// notebooks are the probes of what runs the code and the models of others.
var notebooks = []Probe{
	service("jupyter", "/api/contents", []uint16{8888}, []string{"JupyterLab", "Jupyter Notebook"}, members([]string{"content", "writable", "type", "path"})),
	service("ray", "/api/version", []uint16{8265}, nil, members([]string{"ray_version"}, "ray_version")),
	service("ollama", "/api/tags", []uint16{11434}, nil, members([]string{"models"})),
	service("mlflow", "/api/2.0/mlflow/experiments/get?experiment_id=0", []uint16{5000}, nil, mlflow),
}

// mlflow recognises an experiment, or the answer that the first one was
// deleted: both are given only to who may read.
func mlflow(r exposure.Response) (bool, map[string]any) {
	object, kind := topLevel(r.Text)
	_, experiment := object["experiment"]
	deleted := r.StatusCode == 404 && object["error_code"] == "RESOURCE_DOES_NOT_EXIST"
	return kind == '{' && (succeeded(r) && experiment || deleted), nil
}
