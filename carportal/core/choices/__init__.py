"""What each person has chosen about mail: which groups, how soon, and which CAR is to be quiet until when."""
