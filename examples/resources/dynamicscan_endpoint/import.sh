# HOST:PORT or HOST:PORT,PORT-PORT, an IPv6 address in brackets.
terraform import dynamicscan_endpoint.bastion 'bastion.acme.example:22,80,443,8000-8100'
