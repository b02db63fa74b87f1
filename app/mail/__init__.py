"""Mails: put in the transaction of what they tell, sent by a job, each once."""
