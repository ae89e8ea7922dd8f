package services

// conversations are the probes of protocols other than HTTP.
var conversations = []Probe{
	{ID: "amqp", Ports: []uint16{5672}, Talk: amqp},
	{ID: "cassandra", Ports: []uint16{9042}, Talk: cassandra},
	{ID: "ftp", Ports: []uint16{21}, Talk: ftp},
	{ID: "imap", Ports: []uint16{143}, Talk: imap},
	{ID: "kafka", Ports: []uint16{9092}, OptIn: true, Talk: kafka},
	{ID: "ldap", Ports: []uint16{389, 3268}, Talk: ldap},
	{ID: "memcached", Ports: []uint16{11211}, Talk: memcached},
	{ID: "mongodb", Ports: []uint16{27017, 27018, 27019}, Talk: mongodb},
	{ID: "mqtt", Ports: []uint16{1883}, OptIn: true, Talk: mqtt},
	{ID: "mssql", Ports: []uint16{1433, 3342}, Talk: mssql},
	{ID: "mysql", Ports: []uint16{3306}, Talk: mysql},
	{ID: "pop3", Ports: []uint16{110}, Talk: pop3},
	{ID: "postgresql", Ports: []uint16{5432}, Talk: postgresql},
	{ID: "rdp", Ports: []uint16{3389}, Talk: rdp},
	{ID: "redis", Ports: []uint16{6379, 26379}, Talk: redis},
	{ID: "rsync", Ports: []uint16{873}, OptIn: true, Talk: rsync},
	{ID: "smb", Ports: []uint16{445}, Talk: smb},
	{ID: "smb1", Ports: []uint16{445}, Talk: smb1},
	{ID: "smtp", Ports: []uint16{25, 587, 2525}, Talk: smtp},
	{ID: "ssh", Ports: []uint16{22, 2222}, Talk: ssh},
	{ID: "telnet", Ports: []uint16{23, 2323}, Talk: telnet},
	{ID: "vnc", Ports: []uint16{5900, 5901}, Talk: vnc},
	{ID: "zookeeper", Ports: []uint16{2181}, Talk: zookeeper},
}
