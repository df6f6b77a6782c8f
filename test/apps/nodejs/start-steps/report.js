console.log('the server has ended by itself');
